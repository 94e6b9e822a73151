import { Temporal } from 'temporal-polyfill';

/** One calendar day of one time zone. Not always 24 hours long. */
export interface ZonedDay {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** First millisecond of the day (inclusive) since the epoch. */
  readonly start: number;
  /** First millisecond of the next day. */
  readonly end: number;
}

const current = new Map<string, ZonedDay>();

/** The calendar day that holds the instant, in an IANA zone. Cheap while calls stay within one day. */
export function zonedDay(epochMilliseconds: number, zone: string): ZonedDay {
  const known = current.get(zone);
  if (known !== undefined && epochMilliseconds >= known.start && epochMilliseconds < known.end) return known;
  const instant = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone);
  const start = instant.startOfDay();
  const day = {
    date: instant.toPlainDate().toString(),
    start: start.epochMilliseconds,
    end: start.add({ days: 1 }).epochMilliseconds,
  };
  current.set(zone, day);
  return day;
}
