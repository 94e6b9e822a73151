import { GatewayError } from '../../shared/problem.ts';

/** So many values at once, and no more than so many in each period of time. */
export interface SearchRate {
  readonly values: number;
  readonly milliseconds: number;
}

/** Far above the work of an auditor; at this pace all 9·10^8 identity numbers take more than three hundred years. */
export const SEARCH_RATES: readonly SearchRate[] = [
  { values: 30, milliseconds: 60_000 },
  { values: 300, milliseconds: 3_600_000 },
];

/** A token bucket for each rate; a search takes one token from all of them or from none. */
export class SearchLimit {
  readonly #rates: readonly SearchRate[];
  readonly #now: () => number;
  #levels: number[];
  #filledAt: number;

  /** @param now monotonic milliseconds */
  constructor(rates: readonly SearchRate[], now: () => number) {
    this.#rates = rates;
    this.#now = now;
    this.#levels = rates.map(({ values }) => values);
    this.#filledAt = now();
  }

  /** @throws GatewayError RATE_LIMITED with the seconds until the next search */
  take(): void {
    this.#fill();
    const waits = this.#rates.map(({ values, milliseconds }, place) => {
      const missing = 1 - (this.#levels[place] ?? 0);
      return (missing * milliseconds) / values;
    });
    const wait = Math.max(...waits);
    if (wait > 0) throw new GatewayError('RATE_LIMITED', { retryAfterSeconds: Math.ceil(wait / 1000) });
    this.#levels = this.#levels.map((level) => level - 1);
  }

  #fill(): void {
    const now = this.#now();
    const passed = now - this.#filledAt;
    this.#filledAt = now;
    this.#levels = this.#rates.map(({ values, milliseconds }, place) =>
      Math.min(values, (this.#levels[place] ?? 0) + (passed * values) / milliseconds),
    );
  }
}

/** One for the process, however many vaults it opens. */
export const searchesOfProcess: SearchLimit = new SearchLimit(SEARCH_RATES, () => performance.now());
