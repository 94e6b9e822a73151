import { type RecordMapping } from '../mapping/mapping-settings.ts';
import { type CommonSourceSettings, type OperationIds } from '../source-settings.ts';

/** A small register in a text file, one row a person, under a header that names the columns. */
export interface CsvSourceSettings extends CommonSourceSettings {
  readonly kind: 'csv';
  /** Absolute path. */
  readonly file: string;
  readonly encoding: 'utf-8' | 'windows-1254' | 'iso-8859-9';
  readonly delimiter: ';' | ',' | '\t';
  readonly maxBytes: number;
  readonly maxRows: number;
  /** IANA zone in which points in time are turned into days. */
  readonly timeZone: string;
  readonly operations: readonly CsvOperationSettings[];
}

/** How one agreed operation is answered from the rows. */
export interface CsvOperationSettings extends OperationIds, RecordMapping {
  /** The column that holds the operation's only input. */
  readonly key: string;
}
