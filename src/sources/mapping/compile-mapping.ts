import { compileField, type MapField } from './compile-field.ts';
import { MappingMismatch } from './mapping-mismatch.ts';
import { type RecordMapping } from './mapping-settings.ts';
import { type Notation, type Place } from './notation.ts';

/** What is left of a source's answer. */
export interface MappedAnswer {
  /** At most one record of the agreed field ids. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Number of top-level members that no agreed field is made of. */
  readonly dropped: number;
}

/** Makes agreed fields of a source's records. */
export interface Mapping<Row> {
  /**
   * @param input validated input by field id
   * @throws MappingMismatch when there is more than one record, it is about somebody else, or a field cannot be made of it
   */
  map(records: readonly Row[], input: Readonly<Record<string, string>>): MappedAnswer;
}

const NOBODY: MappedAnswer = { records: [], dropped: 0 };

/** Compiles a mapping that `checkMapping` finds no fault with. @param timeZone whose day a point in time belongs to */
export function compileMapping<Row>(
  { fields, echo = {} }: RecordMapping,
  notation: Notation<Row>,
  timeZone: string,
): Mapping<Row> {
  const used = new Set<string>();
  const placeOf = (from: string): Place<Row> => {
    const place = notation.compile(from);
    if (place === undefined) throw new TypeError(`no place: ${from}`);
    used.add(place.member);
    return place;
  };
  const writers = Object.entries(fields).map(([id, mapping]): [string, MapField<Row>] => [
    id,
    compileField(id, mapping, placeOf(mapping.from).read, timeZone),
  ]);
  const echoes = Object.entries(echo).map(([id, from]) => ({ id, ...placeOf(from) }));
  return {
    map: (records, input) => {
      const [record] = records;
      if (record === undefined) return NOBODY;
      if (records.length > 1) throw new MappingMismatch('more-than-one-record');
      for (const { id, read } of echoes) {
        if (!isSame(read(record), input[id])) throw new MappingMismatch('echo', id);
      }
      const dropped = notation.members(record).filter((member) => !used.has(member)).length;
      return { records: [Object.fromEntries(writers.map(([id, write]) => [id, write(record)]))], dropped };
    },
  };
}

/** Identity numbers may be numbers, or stand in a column of fixed width. */
function isSame(sent: unknown, asked: string | undefined): boolean {
  return (typeof sent === 'string' || typeof sent === 'number') && String(sent).trim() === asked;
}
