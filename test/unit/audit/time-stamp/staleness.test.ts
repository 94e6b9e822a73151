import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  evidenceStale,
  firstFailureAfter,
  STALE_MILLISECONDS,
} from '../../../../src/audit/time-stamp/staleness.ts';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;

describe('stale evidence', () => {
  const stale = (firstFailedAt: number | null, now: number): boolean =>
    evidenceStale({ firstFailedAt, now, staleMilliseconds: STALE_MILLISECONDS });

  test('is four hours older than the first failed attempt, and not a moment less', () => {
    expect(stale(NOON, NOON + 4 * HOUR)).toBe(false);
    expect(stale(NOON, NOON + 4 * HOUR + 1)).toBe(true);
  });

  test('needs a failed attempt: days without one are nothing', () => {
    expect(stale(null, NOON + 1000 * HOUR)).toBe(false);
  });

  test('counts from the first failure since the last success, whatever came before', () => {
    const attempts = fc.array(fc.record({ succeeded: fc.boolean(), at: fc.nat() }), { minLength: 1 });
    fc.assert(
      fc.property(attempts, (all) => {
        const first = all.reduce<number | null>(firstFailureAfter, null);
        const sinceSuccess = all.slice(all.findLastIndex(({ succeeded }) => succeeded) + 1);
        expect(first).toBe(sinceSuccess[0]?.at ?? null);
      }),
    );
  });
});
