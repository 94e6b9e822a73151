import { type CommonSourceSettings, type OperationIds } from '../source-settings.ts';
import { type DatabaseServer } from './server/database-server.ts';

/** What a SQL source is told: where its data is, and which agreed operation is answered by which query. */
export interface SqlSourceSettings extends CommonSourceSettings {
  readonly kind: 'sql';
  /** `sqlite:<file>`, or the URL of the server. */
  readonly url: string;
  /** Undefined for a file. */
  readonly server?: (DatabaseServer & { readonly dialect: 'postgres' | 'mysql' }) | undefined;
  readonly operations: readonly SqlOperationSettings[];
}

export interface SqlOperationSettings extends OperationIds {
  /** One SELECT with the operation's input ids as named parameters (`:tckn`); its columns are output field ids. */
  readonly query: string;
}
