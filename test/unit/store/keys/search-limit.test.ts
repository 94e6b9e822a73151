import { describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { SEARCH_RATES, SearchLimit, type SearchRate } from '../../../../src/store/keys/search-limit.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

class Searches {
  now = 0;
  readonly #limit: SearchLimit;

  constructor(rates: readonly SearchRate[] = SEARCH_RATES) {
    this.#limit = new SearchLimit(rates, () => this.now);
  }

  /** Undefined when the search is allowed, else the seconds to wait. */
  take(): number | undefined {
    try {
      this.#limit.take();
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'RATE_LIMITED') throw error;
      return error.retryAfterSeconds;
    }
  }

  /** How many of so many attempts are allowed. */
  allowed(attempts: number): number {
    return Array.from({ length: attempts }, () => this.take()).filter((wait) => wait === undefined).length;
  }
}

describe('the limit of searches', () => {
  test('allows thirty at once and tells how long to wait for the next', () => {
    const searches = new Searches();
    expect(searches.allowed(30)).toBe(30);
    expect(searches.take()).toBe(2);
    searches.now += 2_000;
    expect(searches.take()).toBeUndefined();
    expect(searches.take()).toBe(2);
  });

  test('allows three hundred in an hour, also to who never exceeds the minute', () => {
    const searches = new Searches();
    let allowed = 0;
    for (; searches.now < 10 * HOUR; searches.now += MINUTE) allowed += searches.allowed(30);
    expect(allowed).toBeGreaterThan(3_000);
    expect(allowed).toBeLessThanOrEqual(3_300);
  });

  test('takes nothing from the hour for what the minute refuses', () => {
    const searches = new Searches([
      { values: 1, milliseconds: MINUTE },
      { values: 2, milliseconds: HOUR },
    ]);
    expect(searches.allowed(100)).toBe(1);
    searches.now += MINUTE;
    expect(searches.take()).toBeUndefined();
    searches.now += MINUTE;
    expect(searches.take()).toBe(HOUR / 2_000 - 120);
  });

  test('makes trying all identity numbers a matter of centuries', () => {
    const perHour = Math.min(
      ...SEARCH_RATES.map(({ values, milliseconds }) => (values * HOUR) / milliseconds),
    );
    expect(9e8 / perHour / 24 / 365).toBeGreaterThan(300);
  });
});
