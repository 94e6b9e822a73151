import { type MappedOperation } from '../mapping/mapped-source.ts';
import { type CommonSourceSettings } from '../source-settings.ts';

/** What a SQL source is told: where its data is, and which agreed operation is answered by which query. */
export interface SqlSourceSettings extends CommonSourceSettings {
  readonly kind: 'sql';
  /** `sqlite:<file>` */
  readonly url: string;
  readonly timeZone?: string | undefined;
  readonly operations: readonly SqlOperationSettings[];
}

export interface SqlOperationSettings extends MappedOperation {
  /** One SELECT with the operation's input ids as named parameters (`:tckn`); its columns are output field ids, or are mapped. */
  readonly query: string;
}
