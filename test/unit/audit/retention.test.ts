import { describe, expect, test } from '@jest/globals';
import { isKid, kidOf, mayBeDestroyed, purgeAfter } from '../../../src/audit/retention.ts';

describe('the day after which a personal part may be destroyed', () => {
  test('is counted in calendar units', () => {
    expect(purgeAfter('2026-03-02', 'P10Y')).toBe('2036-03-02');
    expect(purgeAfter('2026-01-31', 'P1M')).toBe('2026-02-28');
    expect(purgeAfter('2024-02-29', 'P1Y')).toBe('2025-02-28');
  });

  test('stays right however many days and periods were asked for', () => {
    for (let year = 2000; year < 2100; year++) {
      expect(purgeAfter(`${String(year)}-06-01`, 'P2Y')).toBe(`${String(year + 2)}-06-01`);
    }
  });
});

describe('the name of record keys', () => {
  test('is class, period and month, so that what is sealed under them ends at once', () => {
    expect(kidOf('access', 'P10Y', '2026-11-22')).toBe('access-p10y-2026-11');
    expect(kidOf('act', 'P1Y6M', '2026-01-02')).toBe('act-p1y6m-2026-01');
    expect(isKid(kidOf('access', 'P1Y2M3D', '2026-12-31'))).toBe(true);
  });

  test.each([
    'access-2026-11',
    'access-p-2026-11',
    'access-p10y-2026-13',
    'access-p999y-2026-11',
    '../access-p10y-2026-11',
    'access-p10y-2026-11/..',
    '',
  ])('is not %j', (text) => {
    expect(isKid(text)).toBe(false);
  });
});

describe('a personal part may have been destroyed', () => {
  const leaf = { kid: 'access-p1m-2026-03', time: '2026-03-02T21:30:00.000Z' };
  const on = (day: string): boolean => mayBeDestroyed(leaf, Date.parse(day));

  test('from the end of its retention on, with a day for each unknown zone', () => {
    expect(on('2026-03-30T23:59:59.999Z')).toBe(false);
    expect(on('2026-03-31T00:00:00.000Z')).toBe(true);
    expect(on('2036-01-01T00:00:00.000Z')).toBe(true);
  });

  test('never where the record does not say how long it is kept', () => {
    for (const kid of [null, 'access-2026-03', 'access-pXy-2026-03']) {
      expect(mayBeDestroyed({ ...leaf, kid }, Date.parse('2099-01-01'))).toBe(false);
    }
    expect(mayBeDestroyed({ ...leaf, time: 'yesterday' }, Date.parse('2099-01-01'))).toBe(false);
  });
});
