import { type Leaf } from './leaf.ts';

/** The values of a leaf that a search may name: few, from catalogues and registers, never of a person. */
export const SEARCHED_VALUES = [
  'type', 'agency', 'agreement', 'operation', 'purpose', 'code', 'outcome', 'action',
] as const satisfies readonly (keyof Leaf)[]; // prettier-ignore

/** Values that a record must have, all of them. */
export type SearchedValues = Readonly<Partial<Record<(typeof SEARCHED_VALUES)[number], string | undefined>>>;

/** The tag of one value (a person, an official, a case reference) under every kid that still has keys. */
export type TagByKid = ReadonlyMap<string, Buffer>;

/** A place in the order of search results: newest log first, in each log the highest index first. */
export interface SearchPlace {
  readonly origin: string;
  readonly index: number;
}

/** A record with all that it can be found by. */
export interface SearchRow {
  readonly index: number;
  /** The leaf as it is stored, read as UTF-8: strings, since millions of small buffers cost more than all else. */
  readonly text: string;
  /** Kid of the sealed part; null where there is none, or none any more. */
  readonly kid: string | null;
  /** Tags that the sealed part carries, 32 bytes each in upper-case hex, as SQLite writes it. */
  readonly tags: readonly string[];
}

/** Reads a log for searching, a bounded piece at a time, so that no reading holds up whoever appends. */
export interface SearchRows {
  readonly origin: string;
  /** Number of records that are committed by now. */
  size(): number;
  /** At most `count` records with an index of `from` or above, ascending. */
  rows(from: number, count: number): readonly SearchRow[];
  /** Text of the leaf at an index; undefined where there is none. */
  text(index: number): string | undefined;
  /** Stored hash of the leaf at an index, 32 bytes; undefined where there is none. */
  hash(index: number): Buffer | undefined;
  close(): void;
}

/** What an index is asked for: the range is `from` (inclusive) to `below` (exclusive). */
export interface IndexQuery {
  readonly values: SearchedValues;
  /** Every one of these must be carried by the record. */
  readonly tags: readonly TagByKid[];
  readonly from: number;
  readonly below: number;
}

/**
 * A derived index over one log. Never evidence: it may be deleted at any time, it is built anew from the log, and what it finds is
 * read from the log. MUST find every record below `size` that satisfies the query and can be read as a leaf.
 */
export interface SearchIndex {
  /** Records below this index are in it; 0 where nothing is indexed. */
  readonly size: number;
  /** Indexes of matching records, descending; read on only as far as the caller goes. */
  find(query: IndexQuery): Iterable<number>;
  close(): void;
}

/** One log as it is searched. */
export interface SearchedLog {
  readonly rows: SearchRows;
  readonly index: SearchIndex;
}

/** How far the building of an index is: records of `size`. */
export type OnIndexed = (origin: string, indexed: number, size: number) => void;

/** The index of a log that has none: everything is read from the log. */
export const NO_INDEX: SearchIndex = { size: 0, find: () => [], close: () => undefined };
