const PERIOD = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})D)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * The calendar date a period later: first years and months, cut to the last day of a shorter month, then days.
 * @param date `YYYY-MM-DD`
 * @param period ISO 8601 in years, months and days, e.g. `P10Y`
 * @throws RangeError when either is malformed
 */
export function addPeriod(date: string, period: string): string {
  const [year = 0, month = 0, day = 0] = numbersOf(DATE, date);
  const [years = 0, months = 0, days = 0] = numbersOf(PERIOD, period);
  const given = utc(year, month - 1, day);
  if (given.getUTCMonth() !== month - 1 || given.getUTCDate() !== day)
    throw new RangeError(`no date: ${date}`);
  const later = month - 1 + years * 12 + months;
  const lastDay = utc(year, later + 1, 0).getUTCDate();
  return utc(year, later, Math.min(day, lastDay) + days)
    .toISOString()
    .slice(0, 10);
}

function numbersOf(form: RegExp, text: string): number[] {
  const parts = form.exec(text);
  if (parts === null) throw new RangeError(`no date or no period: ${text}`);
  return parts.slice(1).map((part: string | undefined) => Number(part ?? 0));
}

/** The constructor takes years below 100 for those of the twentieth century. */
function utc(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}
