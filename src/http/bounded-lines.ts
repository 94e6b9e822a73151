import { type Clock } from '../shared/clock.ts';
import { type LogFields, type Logger } from '../shared/logger.ts';

const WINDOW_MILLISECONDS = 10_000;
/** Lines a window: a flood of one event must not push the rest out of the log files. */
const LINES_PER_WINDOW = 50;

/** Writes one kind of event line by line up to a bound; beyond it, their number. */
export class BoundedLines {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #event: string;
  readonly #sum: string;
  #windowEnd = 0;
  #listed = 0;
  #notListed = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param events the `event` itself and the `sum` of those that were not listed */
  constructor(logger: Logger, clock: Clock, events: { readonly event: string; readonly sum: string }) {
    this.#logger = logger;
    this.#clock = clock;
    this.#event = events.event;
    this.#sum = events.sum;
  }

  write(fields: LogFields): void {
    const now = this.#clock.now();
    if (now >= this.#windowEnd) {
      this.flush();
      this.#windowEnd = now + WINDOW_MILLISECONDS;
      this.#listed = 0;
    }
    if (this.#listed < LINES_PER_WINDOW) {
      this.#listed++;
      this.#logger.warn(this.#event, fields);
      return;
    }
    this.#notListed++;
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, WINDOW_MILLISECONDS).unref();
  }

  /** Writes what has only been counted so far. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#notListed > 0) this.#logger.warn(this.#sum, { count: this.#notListed });
    this.#notListed = 0;
  }
}
