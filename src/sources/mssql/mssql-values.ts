import { type MssqlColumn } from './mssql-session.ts';

type Read = (value: unknown) => unknown;

/** No number at all rather than one that the driver could not keep exact; no agreed type takes an object. */
const INEXACT = Object.freeze({});

/** Whole numbers of 64 bits come as texts. */
const whole: Read = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const exact: Read = (value) =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? INEXACT : value;

const dateTime = onDate((value) => shortened(iso(value).slice(0, -1)));

/** How values that need it are read, by the driver's name of their type. */
const READERS: Readonly<Record<string, Read>> = {
  BigInt: whole,
  IntN: whole,
  Decimal: exact,
  DecimalN: exact,
  Numeric: exact,
  NumericN: exact,
  Money: exact,
  MoneyN: exact,
  SmallMoney: exact,
  Date: onDate((value) => iso(value).slice(0, 10)),
  Time: onDate((value) => shortened(`${iso(value).slice(11, -1)}${finer(value)}`)),
  DateTime: dateTime,
  DateTimeN: dateTime,
  SmallDateTime: dateTime,
  DateTime2: onDate((value) => shortened(`${iso(value).slice(0, -1)}${finer(value)}`)),
  DateTimeOffset: onDate((value) => `${shortened(`${iso(value).slice(0, -1)}${finer(value)}`)}Z`),
};

/**
 * Values as JSON carries them: dates and times in ISO 8601 as the server keeps them, never in the zone of this machine, a
 * `datetimeoffset` in UTC; `bigint` as a number, or as a text where a number would lose digits; `decimal` and `money` as
 * numbers, those that a number would make inexact as an object, which no agreed type takes.
 */
export function readValues(row: readonly unknown[], columns: readonly MssqlColumn[]): unknown[] {
  return row.map((value, place) => {
    if (value === null || value === undefined) return null;
    const read = READERS[columns[place]?.type ?? ''];
    return read === undefined ? value : read(value);
  });
}

function onDate(read: (value: Date) => string): Read {
  return (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? read(value) : value);
}

/** The driver makes its dates in UTC. */
function iso(value: Date): string {
  return value.toISOString();
}

/** Digits beyond milliseconds, which the driver keeps beside the date, in seconds. */
function finer(value: Date): string {
  const { nanosecondsDelta } = value as Date & { readonly nanosecondsDelta?: unknown };
  if (typeof nanosecondsDelta !== 'number' || nanosecondsDelta <= 0) return '';
  return String(Math.round(nanosecondsDelta * 1e7)).padStart(4, '0');
}

/** Without digits that say nothing: `08:15:00.5000000` is `08:15:00.5`. */
function shortened(text: string): string {
  return text.replace(/\.?0+$/, (zeros) => (text.includes('.') ? '' : zeros));
}
