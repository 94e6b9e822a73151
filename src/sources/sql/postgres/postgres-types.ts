type Parse = (text: string) => unknown;

const keep: Parse = (text) => text;
/** What JSON numbers cannot carry stays a text. */
const whole: Parse = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
/** `2026-03-01 08:15:00` in ISO 8601. */
const dateTime: Parse = (text) => text.replace(/^(\d{4,}-\d\d-\d\d) /, '$1T');
/** The session's zone is UTC. */
const instant: Parse = (text) => String(dateTime(text)).replace(/\+00$/, 'Z');

/**
 * How values are read, by the number of their type: booleans as such; whole numbers and floats as numbers, those that
 * a JSON number cannot carry as texts; bytes as a Buffer; date, time and point in time in ISO 8601, a point in time in UTC.
 * Everything else is the text that PostgreSQL writes, `numeric` too, whose digits a number would lose.
 */
const PARSERS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (text) => text === 't'],
  [17, (text) => Buffer.from(text)],
  [20, whole],
  [21, whole],
  [23, whole],
  [26, whole],
  [700, Number],
  [701, Number],
  [1114, dateTime],
  [1184, instant],
]);

/** The types for a client of `pg`: nothing is read in the zone of this machine. */
export const POSTGRES_TYPES = {
  getTypeParser: (type: number): Parse => PARSERS.get(type) ?? keep,
};
