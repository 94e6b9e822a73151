import { AnswerMismatch } from './answer-mismatch.ts';

const SHAPE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The text itself when it is a day of the Gregorian calendar as `YYYY-MM-DD`, year 0001 or later.
 * @throws AnswerMismatch
 */
export function requireDate(text: string, field: string): string {
  if (!SHAPE.test(text)) throw new AnswerMismatch('date', field);
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  if (year === 0 || day === 0 || day > daysIn(year, month)) throw new AnswerMismatch('date', field);
  return text;
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}
