import {
  type CounterKey,
  type EvidenceStore,
  type EvidenceTransaction,
  type IdempotencyRecord,
  StoreBusyError,
} from '../../../src/gateway/commit/evidence-store.ts';
import { type Standing } from '../../../src/gateway/standing.ts';

export type FaultPlace = keyof EvidenceTransaction | 'begin' | 'commit';

/** Stands before the real store and fails, waits or is locked when a test says so. Hand in `wrap`. */
export class BreakableEvidence implements EvidenceStore {
  /** Where transactions fail until it is cleared. */
  failAt: FaultPlace | undefined;
  /** How many transactions find the store locked. */
  busyTimes = 0;
  /** Transactions that were begun. */
  begun = 0;
  /** Looks for earlier requests. */
  looked = 0;
  #store: EvidenceStore | undefined;
  #gate: Promise<void> = Promise.resolve();

  readonly wrap = (store: EvidenceStore): EvidenceStore => {
    this.#store = store;
    return this;
  };

  /** Until the returned function is called, transactions wait with everything written and nothing committed. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      open();
    };
  }

  async transact<T>(work: (transaction: EvidenceTransaction) => Promise<T>): Promise<T> {
    if (this.busyTimes > 0) {
      this.busyTimes -= 1;
      throw new StoreBusyError('locked on purpose');
    }
    this.begun += 1;
    this.#mayFail('begin');
    return this.#real.transact(async (transaction) => {
      const result = await work(this.#spoiled(transaction));
      await this.#gate;
      this.#mayFail('commit');
      return result;
    });
  }

  async standingVersion(): Promise<number> {
    return this.#real.standingVersion();
  }

  async standing(): Promise<Standing> {
    return this.#real.standing();
  }

  async findRequest(key: string, now: number): Promise<IdempotencyRecord | undefined> {
    this.looked += 1;
    return this.#real.findRequest(key, now);
  }

  async countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]> {
    return this.#real.countersOn(day);
  }

  async close(): Promise<void> {
    await this.#real.close();
  }

  get #real(): EvidenceStore {
    if (this.#store === undefined) throw new Error('nothing is wrapped');
    return this.#store;
  }

  #mayFail(place: FaultPlace): void {
    if (this.failAt === place) throw new Error(`${place} is broken on purpose`);
  }

  #spoiled(transaction: EvidenceTransaction): EvidenceTransaction {
    return new Proxy(transaction, {
      get: (target, name: keyof EvidenceTransaction) => {
        if (name === this.failAt)
          return async () => Promise.reject(new Error(`${name} is broken on purpose`));
        return (target[name] as (...values: unknown[]) => unknown).bind(target);
      },
    });
  }
}
