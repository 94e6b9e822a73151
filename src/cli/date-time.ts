import { Temporal } from 'temporal-polyfill';
import { UsageError } from './command-error.ts';

/** `YYYY-MM-DD HH:MM:SS` in a zone. */
export function dateTime(epochMilliseconds: number, zone: string): string {
  const moment = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone);
  return moment.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/**
 * Epoch milliseconds of a moment that a person wrote: a date (its first moment), or a date and time with or without
 * offset; what names no offset is meant in the zone.
 * @throws UsageError when it is no moment
 */
export function parseMoment(text: string, zone: string): number {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
      return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
    }
    if (/(Z|[+-]\d{2}:?\d{2})$/.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    throw new UsageError(NOT_A_MOMENT);
  }
}

const NOT_A_MOMENT = {
  tr: 'Zaman anlaşılamadı. 2026-03-01 veya 2026-03-01T14:30 gibi yazın.',
  en: 'The time is not understood. Write it like 2026-03-01 or 2026-03-01T14:30.',
};
