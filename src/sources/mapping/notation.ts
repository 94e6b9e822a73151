import { type ReadMember } from './compile-field.ts';

/** A place in a record, ready to be read. */
export interface Place<Row> {
  readonly read: ReadMember<Row>;
  /** The top-level member that the place lies in. */
  readonly member: string;
}

/** How places in the records of one kind of source are written. */
export interface Notation<Row> {
  /** Whether every value is a text, as in XML and CSV. */
  readonly textOnly: boolean;
  /** Undefined for a text that names no single place. */
  compile(from: string): Place<Row> | undefined;
  /** Names of a record's top-level members. */
  members(record: Row): readonly string[];
}
