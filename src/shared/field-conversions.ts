/**
 * Forms in which a source may write a calendar day. `d` and `M` take one or two digits; seconds may have a fraction; a
 * time of day is checked and dropped. `day+zone` is `xs:date`: the day as written, with or without a zone behind it.
 * `instant` (ISO 8601 with a zone) and `epochMilliseconds` are points in time: their day is that of the agreement's zone.
 */
export const DATE_FORMS = [
  'dd.MM.yyyy',
  'dd.MM.yyyy HH:mm',
  'dd.MM.yyyy HH:mm:ss',
  'd.M.yyyy',
  'dd/MM/yyyy',
  'dd/MM/yyyy HH:mm',
  'dd/MM/yyyy HH:mm:ss',
  'd/M/yyyy',
  'dd-MM-yyyy',
  'yyyyMMdd',
  'yyyyMMddHHmmss',
  'yyyy-MM-dd',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-ddTHH:mm:ss',
  'day+zone',
  'instant',
  'epochMilliseconds',
] as const;

/** A form of `DATE_FORMS`. */
export type DateForm = (typeof DATE_FORMS)[number];

/** Forms of a whole number in a text: digits alone, or in groups of three with a point as Turkish text has them. */
export const INTEGER_FORMS = ['plain', 'turkish'] as const;

/** A form of `INTEGER_FORMS`. */
export type IntegerForm = (typeof INTEGER_FORMS)[number];

/** Zone in which points in time are turned into days, where the settings of a source do not say. */
export const SOURCE_ZONE = 'Europe/Istanbul';
