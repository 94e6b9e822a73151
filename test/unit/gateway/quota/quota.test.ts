import { describe, expect, test } from '@jest/globals';
import { QuotaBook } from '../../../../src/gateway/quota/quota-book.ts';
import { type QuotaScope, quotaScopes } from '../../../../src/gateway/quota/quota-scope.ts';
import { type ZonedDay } from '../../../../src/shared/zoned-day.ts';
import { anAgreement } from '../../../support/agreement-builder.ts';
import { anAuthority } from '../../../support/people-builder.ts';
import { aStanding } from '../../../support/standing-builder.ts';

const day = (date: string): ZonedDay => ({ date, start: 0, end: 1 });
const TODAY = day('2026-03-02');
const scopes = (official: number, agency = 10): QuotaScope[] => [
  { scope: 'official', limit: official },
  { scope: 'agency', limit: agency },
];

describe('the quota book', () => {
  test('reserves while use and reservations stay below every limit [R002-031]', () => {
    const book = new QuotaBook();
    book.note(TODAY.date, 'official', 1);
    expect(book.reserve(scopes(3), TODAY)).toBeDefined();
    expect(book.reserve(scopes(3), TODAY)).toBeDefined();
    expect(book.reserve(scopes(3), TODAY)).toBeUndefined();
  });

  test('reserves in all scopes or in none', () => {
    const book = new QuotaBook();
    expect(book.reserve(scopes(3, 0), TODAY)).toBeUndefined();
    expect(book.reserve(scopes(1, 1), TODAY)).toBeDefined();
  });

  test('gives a reservation back once, however often it is asked to', () => {
    const book = new QuotaBook();
    const release = book.reserve(scopes(2), TODAY);
    book.reserve(scopes(2), TODAY);
    release?.();
    release?.();
    expect(book.reserve(scopes(2), TODAY)).toBeDefined();
    expect(book.reserve(scopes(2), TODAY)).toBeUndefined();
  });

  test('takes over committed counters as they are', () => {
    const book = new QuotaBook();
    book.note(TODAY.date, 'official', 7);
    book.note(TODAY.date, 'official', 5);
    expect(book.used('official', TODAY.date)).toBe(5);
    expect(book.used('agency', TODAY.date)).toBe(0);
    expect(book.used('official', '2026-03-03')).toBe(0);
  });

  test('begins anew with each day', () => {
    const book = new QuotaBook();
    book.note(TODAY.date, 'official', 3);
    expect(book.reserve(scopes(3), TODAY)).toBeUndefined();
    expect(book.reserve(scopes(3), day('2026-03-03'))).toBeDefined();
  });

  test('keeps three dates at most, the newest', () => {
    const book = new QuotaBook();
    for (const date of ['2026-03-02', '2026-03-03', '2026-03-01', '2026-03-04'])
      book.note(date, 'official', 1);
    expect(book.used('official', '2026-03-01')).toBe(0);
    expect(book.used('official', '2026-03-02')).toBe(1);
    expect(book.used('official', '2026-03-04')).toBe(1);
  });

  test('has no limit where none is stated: nothing is let through', () => {
    expect(new QuotaBook().reserve([{ scope: 'official', limit: 0 }], TODAY)).toBeUndefined();
  });
});

describe('the scopes of a query', () => {
  const agreement = anAgreement();
  const limits = (lowered: Record<string, number>, dailyQuota = 50): number[] =>
    quotaScopes(agreement, 'alpha', anAuthority({ dailyQuota }), aStanding({ loweredLimits: lowered })).map(
      (scope) => scope.limit,
    );

  test('are the official, the agency and the agreement, in this order [R002-031]', () => {
    expect(quotaScopes(agreement, 'alpha', anAuthority(), aStanding()).map((scope) => scope.scope)).toEqual([
      'official:alpha-beta-2024/official-1',
      'agency:alpha-beta-2024/alpha',
      'agreement:alpha-beta-2024',
    ]);
  });

  test("take the person's own limit, at most the agreement's", () => {
    expect(limits({})).toEqual([50, 400, 500]);
    expect(limits({}, 5_000)).toEqual([100, 400, 500]);
  });

  test('follow a lowered limit, never above the ceiling of the agreement [R002-032]', () => {
    expect(limits({ 'official:alpha-beta-2024/official-1': 0 })).toEqual([0, 400, 500]);
    expect(limits({ 'agency:alpha-beta-2024/alpha': 7 })).toEqual([50, 7, 500]);
    expect(limits({ 'agreement:alpha-beta-2024': 100_000 })).toEqual([50, 400, 500]);
    expect(limits({ 'agreement:another-2024': 1 })).toEqual([50, 400, 500]);
  });

  test('are made anew for another standing, agency or version of the agreement, for the same Ek-3 line', () => {
    const authority = anAuthority();
    const lowered = aStanding({ loweredLimits: { 'agency:alpha-beta-2024/alpha': 7 } });
    const standing = aStanding();
    const first = quotaScopes(agreement, 'alpha', authority, standing);
    expect(quotaScopes(agreement, 'alpha', authority, standing)).toBe(first);
    expect(quotaScopes(agreement, 'alpha', authority, lowered)[1].limit).toBe(7);
    expect(quotaScopes(agreement, 'beta', authority, standing)[1].scope).toBe('agency:alpha-beta-2024/beta');
    const smaller = { ...agreement, quotas: { ...agreement.quotas, agreement: 3 } };
    expect(quotaScopes(smaller, 'alpha', authority, standing)[2].limit).toBe(3);
  });
});
