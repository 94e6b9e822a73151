import { describe, expect, test } from '@jest/globals';
import { isClosed, sealingDay } from '../../../src/evidence/log-day.ts';
import { zonedDay } from '../../../src/shared/zoned-day.ts';

const ZONE = 'Europe/Istanbul';
const at = (text: string): number => Date.parse(text);

describe('the day to which a leaf is sealed', () => {
  test('is its own in the zone of the gateway', () => {
    expect(sealingDay(at('2026-11-22T20:59:59.999Z'), null, ZONE).date).toBe('2026-11-22');
    expect(sealingDay(at('2026-11-22T21:00:00.000Z'), '2026-11-22', ZONE).date).toBe('2026-11-23');
  });

  test('is the day after the sealed one for a leaf that a clock put before its end', () => {
    expect(sealingDay(at('2026-11-22T10:00:00Z'), '2026-11-22', ZONE).date).toBe('2026-11-23');
    expect(sealingDay(at('2020-01-01T10:00:00Z'), '2026-12-31', ZONE).date).toBe('2027-01-01');
    expect(sealingDay(at('2026-10-31T10:00:00Z'), '2026-10-31', 'America/New_York')).toEqual({
      date: '2026-11-01',
      start: at('2026-11-01T04:00:00Z'),
      // Clocks were put back: the day has 25 hours.
      end: at('2026-11-02T05:00:00Z'),
    });
  });
});

describe('a day', () => {
  const day = zonedDay(at('2026-11-22T10:00:00Z'), ZONE);
  const open = { lastTime: day.end - 1, next: null };

  test('is closed a minute after its end, or by a record of a later day, or by the end of the log', () => {
    expect(isClosed(day, open, day.end)).toBe(false);
    expect(isClosed(day, open, day.end + 59_999)).toBe(false);
    expect(isClosed(day, open, day.end + 60_000)).toBe(true);
    expect(isClosed(day, { lastTime: day.end, next: null }, day.start)).toBe(true);
    expect(isClosed(day, { ...open, next: 'gecit.test/node-1/2027' }, day.start)).toBe(true);
  });
});
