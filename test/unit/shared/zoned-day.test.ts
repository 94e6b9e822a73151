import { describe, expect, test } from '@jest/globals';
import { zonedDay } from '../../../src/shared/zoned-day.ts';

const HOUR = 3_600_000;

function at(instant: string): number {
  return Date.parse(instant);
}

describe('the calendar day of a zone', () => {
  test.each([
    ['2026-03-14T20:59:59.999Z', '2026-03-14'],
    ['2026-03-14T21:00:00.000Z', '2026-03-15'],
    ['2026-03-15T20:59:59.999Z', '2026-03-15'],
    ['2026-03-15T21:00:00.000Z', '2026-03-16'],
    ['2023-12-31T21:00:00.000Z', '2024-01-01'],
    ['2024-02-28T21:00:00.000Z', '2024-02-29'],
  ])('turns at midnight in Istanbul, not in UTC: %s is in %s [R002-031]', (instant, date) => {
    expect(zonedDay(at(instant), 'Europe/Istanbul').date).toBe(date);
  });

  test('begins and ends where the zone says', () => {
    expect(zonedDay(at('2026-03-15T12:00:00Z'), 'Europe/Istanbul')).toEqual({
      date: '2026-03-15',
      start: at('2026-03-14T21:00:00Z'),
      end: at('2026-03-15T21:00:00Z'),
    });
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['Europe/Istanbul', '2016-03-27T12:00:00Z', 23],
    ['Europe/Istanbul', '2026-03-29T12:00:00Z', 24],
    ['Australia/Lord_Howe', '2026-04-04T14:00:00Z', 24.5],
  ])('in %s at %s lasts %p hours', (zone, instant, hours) => {
    const day = zonedDay(at(instant), zone);
    expect((day.end - day.start) / HOUR).toBe(hours);
  });

  test('begins at one o’clock where midnight does not exist', () => {
    const day = zonedDay(at('2018-11-04T12:00:00Z'), 'America/Sao_Paulo');
    expect(new Date(day.start).toISOString()).toBe('2018-11-04T03:00:00.000Z');
  });

  test('is asked for in any order and for several zones without mixing them up', () => {
    const evening = at('2026-03-15T21:30:00Z');
    expect(zonedDay(evening, 'Europe/Istanbul').date).toBe('2026-03-16');
    expect(zonedDay(evening, 'UTC').date).toBe('2026-03-15');
    expect(zonedDay(evening - 24 * HOUR, 'Europe/Istanbul').date).toBe('2026-03-15');
    expect(zonedDay(evening, 'Europe/Istanbul').date).toBe('2026-03-16');
  });

  test('is refused for a zone that does not exist', () => {
    expect(() => zonedDay(0, 'Europe/Ankara')).toThrow(RangeError);
  });
});
