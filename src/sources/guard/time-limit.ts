import { unavailable } from '../source-error.ts';

/** The time that one call has, from its arrival to its answer. */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #passed: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  readonly #milliseconds: number;
  readonly #begun = performance.now();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    let pass: (error: Error) => void = () => undefined;
    this.#passed = new Promise((_, reject) => {
      pass = reject;
    });
    this.#passed.catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#controller.abort();
      pass(unavailable('time-limit'));
    }, milliseconds);
  }

  /** Aborted when the time has passed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds since the call arrived. */
  spent(): number {
    return performance.now() - this.#begun;
  }

  /** Part of the time that is spent; 1 when it has passed. */
  share(): number {
    return this.spent() / this.#milliseconds;
  }

  /** Settles as the work does, but no later than the time passes. @throws GatewayError SOURCE_UNAVAILABLE then */
  async within<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#passed]);
  }

  /** To be called when the call is over. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
