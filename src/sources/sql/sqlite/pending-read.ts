import { GatewayError } from '../../../shared/problem.ts';
import { type RowSet } from '../sql-engine.ts';

interface Settlers {
  readonly resolve: (rows: RowSet) => void;
  readonly reject: (error: Error) => void;
}

/** A read that somebody waits for. It settles once; what comes later is dropped. */
export class PendingRead {
  readonly query: number;
  readonly values: readonly string[];
  readonly #promise: Settlers;
  #timer: NodeJS.Timeout | undefined;
  #settled = false;

  constructor(query: number, values: readonly string[], promise: Settlers) {
    this.query = query;
    this.values = values;
    this.#promise = promise;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Rejects with SOURCE_UNAVAILABLE when nothing else settles the read before. */
  expireAfter(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.reject(new GatewayError('SOURCE_UNAVAILABLE', { cause: 'time-limit' }));
    }, milliseconds);
  }

  resolve(rows: RowSet): void {
    if (this.#settle()) this.#promise.resolve(rows);
  }

  reject(error: Error): void {
    if (this.#settle()) this.#promise.reject(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    return true;
  }
}
