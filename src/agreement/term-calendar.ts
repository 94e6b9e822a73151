import { Temporal } from 'temporal-polyfill';
import { type Term } from './agreement.ts';

/**
 * The successive terms of an agreement, counted from its first day.
 *
 * A term of a year that begins on 15 March ends with 15 March of the next year: the day of signature is not counted
 * and the day that bears its number is the last one, or the last day of a shorter month (TBK m. 92). Every end is
 * counted from the first day, so that 29 February clamps in common years and returns in leap years.
 */
export interface TermCalendar {
  /** First day of the term with this index; 0 is the first term, later ones begin the day after the one before. */
  firstDay(index: number): Temporal.PlainDate;
  /** Last day of the term, inclusive. */
  lastDay(index: number): Temporal.PlainDate;
  /** Last day, inclusive, on which a notice still ends the agreement with this term. */
  lastDayForNotice(index: number): Temporal.PlainDate;
  /** Index of the term that holds the day; 0 for days before the first. */
  indexOn(day: Temporal.PlainDate): number;
  /** Index of the term with which a notice given on the day ends the agreement. */
  indexEndedBy(noticeDay: Temporal.PlainDate): number;
}

/** @param signed day of the last signature */
export function termCalendar(term: Term, signed: Temporal.PlainDate): TermCalendar {
  const length = Temporal.Duration.from(term.length);
  const notice = Temporal.Duration.from(term.notice);
  const lastDay = (index: number): Temporal.PlainDate =>
    signed.add({
      years: length.years * (index + 1),
      months: length.months * (index + 1),
      days: length.days * (index + 1),
    });
  const lastDayForNotice = (index: number): Temporal.PlainDate => lastDay(index).subtract(notice);
  return {
    firstDay: (index) => (index === 0 ? signed : lastDay(index - 1).add({ days: 1 })),
    lastDay,
    lastDayForNotice,
    indexOn: (day) => firstIndex((index) => Temporal.PlainDate.compare(day, lastDay(index)) <= 0),
    indexEndedBy: (day) =>
      firstIndex((index) => Temporal.PlainDate.compare(day, lastDayForNotice(index)) <= 0),
  };
}

/** Terms are never empty, so the search ends. */
function firstIndex(holds: (index: number) => boolean): number {
  let index = 0;
  while (!holds(index)) index++;
  return index;
}
