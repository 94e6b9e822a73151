/** Last part of an origin: the year, and a number where a year has more than one log, e.g. `2026` or `2026-2`. */
export function nameOfLog(origin: string): string {
  return origin.slice(origin.lastIndexOf('/') + 1);
}

/**
 * Last part of the origin of the log that follows.
 * @param open origin of the log that ends
 * @param year `YYYY`, the year that it is
 */
export function followingName(open: string, year: string): string {
  const [openYear = '', number = '1'] = nameOfLog(open).split('-');
  return openYear < year ? year : `${openYear}-${String(Number(number) + 1)}`;
}
