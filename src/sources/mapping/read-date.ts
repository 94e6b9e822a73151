import { Temporal } from 'temporal-polyfill';
import { type DateForm } from '../../shared/field-conversions.ts';

/** The calendar day `YYYY-MM-DD` that a value holds; undefined for a value that is not of the form. */
export type ReadDate = (value: unknown) => string | undefined;

type DayForm = Exclude<DateForm, 'instant' | 'epochMilliseconds'>;

const ZONE = String.raw`(?:Z|[+-]\d{2}:\d{2})`;
/** RFC 3339, as Temporal reads it; the offset is required. */
const INSTANT = new RegExp(String.raw`^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?${ZONE}$`);

const PARTS: Readonly<Record<string, string>> = {
  dd: String.raw`(?<day>\d{2})`,
  d: String.raw`(?<day>\d{1,2})`,
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  yyyy: String.raw`(?<year>\d{4})`,
  HH: String.raw`(?:[01]\d|2[0-3])`,
  mm: String.raw`[0-5]\d`,
  ss: String.raw`[0-5]\d(?:\.\d{1,9})?`,
  '.': String.raw`\.`,
  'day+zone': String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})${ZONE}?`,
};

/** A reader of one form. @param timeZone IANA zone whose day a point in time belongs to */
export function dateReader(form: DateForm, timeZone: string): ReadDate {
  if (form === 'epochMilliseconds') return (value) => dayOfMilliseconds(value, timeZone);
  if (form === 'instant') return (value) => dayOfInstant(value, timeZone);
  const pattern = patternOf(form);
  return (value) => (typeof value === 'string' ? dayOf(pattern.exec(value)?.groups) : undefined);
}

function patternOf(form: DayForm): RegExp {
  const text = form.replace(/day\+zone|dd|d|MM|M|yyyy|HH|mm|ss|\./g, (part) => PARTS[part] ?? part);
  return new RegExp(`^${text}$`);
}

function dayOf(groups: Readonly<Record<string, string>> | undefined): string | undefined {
  if (groups === undefined || groups['year'] === '0000') return undefined;
  const { year, month, day } = groups;
  return orUndefined(() =>
    Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    ).toString(),
  );
}

function dayOfInstant(value: unknown, timeZone: string): string | undefined {
  if (typeof value !== 'string' || !INSTANT.test(value)) return undefined;
  return orUndefined(() => dayIn(Temporal.Instant.from(value), timeZone));
}

function dayOfMilliseconds(value: unknown, timeZone: string): string | undefined {
  const whole = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof whole !== 'number' || !Number.isSafeInteger(whole)) return undefined;
  return orUndefined(() => dayIn(Temporal.Instant.fromEpochMilliseconds(whole), timeZone));
}

function dayIn(instant: Temporal.Instant, timeZone: string): string {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** Temporal throws for a day that no calendar has and for a point in time beyond its range. */
function orUndefined(read: () => string): string | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}
