import { dateReader } from './read-date.ts';
import { readInteger } from './read-integer.ts';
import { type MappingFault, MappingMismatch } from './mapping-mismatch.ts';
import { type FieldMapping } from './mapping-settings.ts';

/** The value at a place of a record; undefined where there is none. */
export type ReadMember<Row> = (record: Row) => unknown;

/**
 * Makes the value of one agreed field. What it gives is still untrusted: the projection has the last word.
 * @throws MappingMismatch
 */
export type MapField<Row> = (record: Row) => unknown;

/** Undefined for a value that the conversion does not know. */
type Convert = (value: unknown) => unknown;

interface Conversion {
  readonly convert: Convert;
  readonly fault: MappingFault;
}

/** Compiles one field. @param timeZone IANA zone whose day a point in time belongs to */
export function compileField<Row>(
  id: string,
  mapping: FieldMapping,
  read: ReadMember<Row>,
  timeZone: string,
): MapField<Row> {
  const { trim = false, optional = false } = mapping;
  const nulls = new Set(mapping.nullIf);
  const { convert, fault } = conversionOf(mapping, timeZone);
  return (record) => {
    const sent = read(record);
    if (sent === undefined && !optional) throw new MappingMismatch('missing', id);
    const value = trim && typeof sent === 'string' ? sent.trim() : sent;
    if (value === undefined || value === null || isIn(nulls, value)) return null;
    const converted = convert(value);
    if (converted === undefined) throw new MappingMismatch(fault, id);
    return converted;
  };
}

function conversionOf({ text, date, integer, codes }: FieldMapping, timeZone: string): Conversion {
  if (date !== undefined) return { convert: dateReader(date, timeZone), fault: 'date' };
  if (integer !== undefined) return { convert: (value) => readInteger(value, integer), fault: 'integer' };
  if (codes !== undefined) return { convert: codeReader(codes), fault: 'code' };
  if (text === true) return { convert: codeText, fault: 'type' };
  return { convert: (value) => (typeof value === 'object' ? undefined : value), fault: 'type' };
}

/** A code that the list does not hold is refused: what it means was never agreed. */
function codeReader(codes: Readonly<Record<string, string>>): Convert {
  const texts = new Map(Object.entries(codes));
  return (value) => {
    const code = codeText(value);
    return code === undefined ? undefined : texts.get(code);
  };
}

function isIn(texts: ReadonlySet<string>, value: unknown): boolean {
  const text = codeText(value);
  return text !== undefined && texts.has(text);
}

/** A code as a text, whether the source writes it as one, as a whole number or as true or false. */
export function codeText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}
