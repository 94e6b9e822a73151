import { Temporal } from 'temporal-polyfill';
import { type ZonedDay, zonedDay } from '../shared/zoned-day.ts';

/**
 * How long after its end a day is left open while no record of a later day closes it: a commit under way, and a clock
 * that steps back within its tolerance, can still append to it.
 */
const SETTLING_MILLISECONDS = 60_000;

/** The log as far as it says whether a day can still grow. */
export interface LogEnd {
  /** Epoch milliseconds of the newest leaf. */
  readonly lastTime: number;
  /** The following log; null while this one takes records. */
  readonly next: string | null;
}

/** Whether no record can come that belongs to the day. A log that has ended is closed on its last day too. */
export function isClosed(day: ZonedDay, { lastTime, next }: LogEnd, now: number): boolean {
  return next !== null || lastTime >= day.end || now >= day.end + SETTLING_MILLISECONDS;
}

/**
 * The day to which a leaf is sealed: its own, but never a day that is sealed already. A leaf that the clock put before the
 * end of the sealed day counts to the day after.
 * @param time epoch milliseconds
 * @param sealed `YYYY-MM-DD`, the newest sealed day; null where there is none
 */
export function sealingDay(time: number, sealed: string | null, zone: string): ZonedDay {
  const day = zonedDay(time, zone);
  return sealed === null || day.date > sealed ? day : zonedDay(startAfter(sealed, zone), zone);
}

function startAfter(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
