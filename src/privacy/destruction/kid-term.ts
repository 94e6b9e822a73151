import { Temporal } from 'temporal-polyfill';
import { isKid, purgeAfter } from '../../audit/retention.ts';

/** What the name of a kid says of the records sealed under its keys. */
export interface KidTerm {
  readonly kid: string;
  /** `YYYY-MM`, in the zone of the gateway. */
  readonly month: string;
  /** ISO 8601 period for which each record is kept, e.g. `P10Y`. */
  readonly period: string;
  /** First and last day of the month, `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  /** First day on which every record of the month is past its retention. */
  readonly dueOn: string;
}

const PARTS = /^[a-z]+-(p\w+)-(\d{4}-\d{2})$/;

/**
 * Reads a kid, e.g. `access-p10y-2026-11`. The last day of the month decides: no earlier day of it is kept longer.
 * @throws RangeError when the text is no kid
 */
export function kidTerm(kid: string): KidTerm {
  const [, period, month] = (isKid(kid) ? PARTS.exec(kid) : null) ?? [];
  if (period === undefined || month === undefined) throw new RangeError('not the name of record keys');
  const kept = period.toUpperCase();
  const until = lastDayOf(month);
  return { kid, month, period: kept, from: `${month}-01`, until, dueOn: purgeAfter(until, kept) };
}

/**
 * Whether everything under the kid may be destroyed. Never in its own month, whatever the period: records still come.
 * @param today `YYYY-MM-DD` in the zone of the gateway
 */
export function isDue({ month, dueOn }: KidTerm, today: string): boolean {
  return month < today.slice(0, 7) && dueOn <= today;
}

/** Whether the text is a month, `YYYY-MM`. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

function lastDayOf(month: string): string {
  const first = Temporal.PlainDate.from(`${month}-01`);
  return first.with({ day: first.daysInMonth }).toString();
}
