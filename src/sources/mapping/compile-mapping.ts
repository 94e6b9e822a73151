import { type Operation } from '../../agreement/agreement.ts';
import { compileField, type MapField } from './compile-field.ts';
import { MappingMismatch } from './mapping-mismatch.ts';
import { type FieldMapping, type FieldMappings } from './mapping-settings.ts';
import { type Notation } from './notation.ts';

/** What is left of a source's answer. */
export interface MappedAnswer {
  /** At most one record of the agreed field ids. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Number of top-level members that no agreed field is made of. */
  readonly dropped: number;
}

/** Makes agreed fields of a source's records. */
export interface Mapping<Row> {
  /** @throws MappingMismatch when there is more than one record, or a field cannot be made of it */
  map(records: readonly Row[]): MappedAnswer;
}

const NOBODY: MappedAnswer = { records: [], dropped: 0 };

/** Compiles mappings that `checkMapping` finds no fault with. @param timeZone of the agreement */
export function compileMapping<Row>(
  fields: FieldMappings,
  notation: Notation<Row>,
  timeZone: string,
): Mapping<Row> {
  const used = new Set<string>();
  const writers = Object.entries(fields).map(([id, settings]): [string, MapField<Row>] => {
    const mapping = wholeMapping(settings);
    const place = notation.compile(mapping.from);
    if (place === undefined) throw new TypeError(`mapping of ${id}: no place`);
    used.add(place.member);
    return [id, compileField(id, mapping, place.read, timeZone)];
  });
  return {
    map: (records) => {
      const [record] = records;
      if (record === undefined) return NOBODY;
      if (records.length > 1) throw new MappingMismatch('more-than-one-record');
      const dropped = notation.members(record).filter((member) => !used.has(member)).length;
      return { records: [Object.fromEntries(writers.map(([id, write]) => [id, write(record)]))], dropped };
    },
  };
}

/** A mapping with its short form written out. */
export function wholeMapping(mapping: string | FieldMapping): FieldMapping {
  return typeof mapping === 'string' ? { from: mapping } : mapping;
}

/** The same for the operation's own fields, each under its id, and a mapping only for those that need one. */
export function identityMappings(operation: Operation, fields: FieldMappings): FieldMappings {
  return { ...Object.fromEntries(operation.output.map(({ id }) => [id, id])), ...fields };
}
