import { addPeriod } from '../shared/add-period.ts';
import { type Leaf } from './leaf.ts';

/** Why a record is kept: `access` for exchanges with partners, `act` for acts of operators and readings of evidence. */
export type RetentionClass = 'access' | 'act';

const KID = /^[a-z]+-(p(?=\d)(?:\d{1,2}y)?(?:\d{1,2}m)?(?:\d{1,2}d)?)-\d{4}-(?:0[1-9]|1[0-2])$/;
/** The zone in which a record's day and today are counted is not in its leaf: each is known to within one day. */
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

const computed = new Map<string, string>();
const purgeDays = new Map<string, readonly string[]>();

/**
 * Name of the keys for records of one class, kept for one period, made in one month: what is sealed under them may be
 * destroyed at once. E.g. `access-p10y-2026-11`.
 * @param keptFor ISO 8601 period in whole calendar units
 * @param date `YYYY-MM-DD`
 */
export function kidOf(retentionClass: RetentionClass, keptFor: string, date: string): string {
  return `${retentionClass}-${keptFor.toLowerCase()}-${date.slice(0, 7)}`;
}

/** Whether the text has the form of a kid; no other text ever names a file. */
export function isKid(text: string): boolean {
  return KID.test(text);
}

/** The first day on which a part recorded on `date` (`YYYY-MM-DD`) and kept for `period` (ISO 8601) may be destroyed. */
export function purgeAfter(date: string, period: string): string {
  const key = `${date} ${period}`;
  const known = computed.get(key);
  if (known !== undefined) return known;
  if (computed.size > 64) computed.clear();
  const day = addPeriod(date, period);
  computed.set(key, day);
  return day;
}

/**
 * The days that a part of this kid may name as its first of destruction, if its record bears this date in UTC: one for each
 * day on which some time zone had that moment. None where the kid does not say for how long it is kept.
 * @param date `YYYY-MM-DD`
 */
export function purgeDaysOf(kid: string, date: string): readonly string[] {
  const name = `${kid} ${date}`;
  const known = purgeDays.get(name);
  if (known !== undefined) return known;
  const period = KID.exec(kid)?.[1];
  const noon = Date.parse(`${date}T12:00:00Z`);
  const days =
    period === undefined || Number.isNaN(noon)
      ? []
      : [-DAY_MILLISECONDS, 0, DAY_MILLISECONDS].map((way) =>
          purgeAfter(utcDate(noon + way), period.toUpperCase()),
        );
  if (purgeDays.size > 64) purgeDays.clear();
  purgeDays.set(name, days);
  return days;
}

/**
 * Whether the personal part of a record can have been destroyed by now, as its kid says how long it is kept. False only
 * where no time zone makes it true, and where the kid does not say.
 * @param now epoch milliseconds
 */
export function mayBeDestroyed({ kid, time }: Pick<Leaf, 'kid' | 'time'>, now: number): boolean {
  const period = KID.exec(kid ?? '')?.[1];
  const recorded = Date.parse(time);
  if (period === undefined || Number.isNaN(recorded)) return false;
  const earliestDay = utcDate(recorded - DAY_MILLISECONDS);
  return utcDate(now + DAY_MILLISECONDS) >= purgeAfter(earliestDay, period.toUpperCase());
}

function utcDate(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString().slice(0, 10);
}
