import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { addPeriod } from '../../src/shared/add-period.ts';

const dates = fc
  .record({
    year: fc.integer({ min: 1900, max: 2300 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  })
  .map((parts) => Temporal.PlainDate.from(parts));

const units = fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 }), fc.nat({ max: 99 }));

describe('a period after a date', () => {
  test('ends on the day that the calendar gives', () => {
    fc.assert(
      fc.property(dates, units, (date, [years, months, days]) => {
        const later = date.add({ years, months, days }).toString();
        expect(addPeriod(date.toString(), `P${String(years)}Y${String(months)}M${String(days)}D`)).toBe(
          later,
        );
      }),
    );
  });

  test.each([
    ['2026-02-30', 'P1Y'],
    ['2026-13-01', 'P1Y'],
    ['today', 'P1Y'],
    ['2026-01-01', 'P'],
    ['2026-01-01', 'PT1H'],
    ['2026-01-01', ''],
  ])('of %s and %s is refused', (date, period) => {
    expect(() => addPeriod(date, period)).toThrow(RangeError);
  });
});
