import { describe, expect, test } from '@jest/globals';
import { readValues } from '../../../../src/sources/mssql/mssql-values.ts';

function read(type: string, value: unknown): unknown {
  return readValues([value], [{ name: 'x', type }])[0];
}

function date(text: string, nanosecondsDelta?: number): Date {
  return Object.assign(new Date(text), nanosecondsDelta === undefined ? {} : { nanosecondsDelta });
}

describe('values of SQL Server', () => {
  test.each([
    ['Date', date('2026-03-01T00:00:00Z'), '2026-03-01'],
    ['Date', date('0001-01-01T00:00:00Z'), '0001-01-01'],
    ['DateTime', date('2026-03-01T00:30:00.500Z'), '2026-03-01T00:30:00.5'],
    ['SmallDateTime', date('2026-03-01T00:30:00Z'), '2026-03-01T00:30:00'],
    ['DateTime2', date('2026-03-01T00:30:00.123Z', 0.0004567), '2026-03-01T00:30:00.1234567'],
    ['DateTime2', date('2026-03-01T00:30:00Z', 0), '2026-03-01T00:30:00'],
    ['DateTimeOffset', date('2026-02-28T21:30:00Z', 0), '2026-02-28T21:30:00Z'],
    ['Time', date('1970-01-01T08:15:00.500Z', 0), '08:15:00.5'],
    ['Time', date('1970-01-01T10:00:00Z', 0), '10:00:00'],
    ['BigInt', '9007199254740991', 9007199254740991],
    ['BigInt', '9007199254740993', '9007199254740993'],
    ['Decimal', 12.5, 12.5],
    ['Numeric', 1e20, {}],
    ['NVarChar', 'Işık', 'Işık'],
    ['IntN', 37, 37],
    ['IntN', '9007199254740993', '9007199254740993'],
    ['DateTimeN', date('2026-03-01T00:30:00.500Z'), '2026-03-01T00:30:00.5'],
    ['MoneyN', 12.5, 12.5],
    ['BitN', true, true],
    ['Int', 5, 5],
    ['Date', null, null],
    ['Int', undefined, null],
  ])('of type %s: %p is %p', (type, value, expected) => {
    expect(read(type, value)).toEqual(expected);
  });

  test('which are no date stay what they are, for the projection to refuse', () => {
    const invalid = new Date(Number.NaN);
    expect(read('Date', invalid)).toBe(invalid);
    expect(read('Date', 'yarın')).toBe('yarın');
  });
});
