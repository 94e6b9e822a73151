import { type CommonSourceSettings, type OperationIds } from '../source-settings.ts';
import { type DatabaseServer } from '../sql/server/database-server.ts';

/** What a source on SQL Server is told. */
export interface MssqlSourceSettings extends CommonSourceSettings {
  readonly kind: 'mssql';
  readonly server: DatabaseServer;
  readonly operations: readonly MssqlOperationSettings[];
}

/** A query or a stored procedure, with typed parameters. */
export interface MssqlOperationSettings extends OperationIds {
  /** One SELECT with the operation's input ids as named parameters (`:tckn`). */
  readonly query?: string | undefined;
  /** `schema.procedure` */
  readonly procedure?: string | undefined;
  /** T-SQL types by input id, e.g. `varchar(11)`. */
  readonly types: Readonly<Record<string, string>>;
  /** Input ids by the procedure's parameters; undefined: they bear the same names. */
  readonly arguments?: Readonly<Record<string, string>> | undefined;
  /** T-SQL types of OUTPUT parameters, which make the record in place of a row. */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  /** 1-based; undefined: the procedure gives one result set only. */
  readonly resultSet?: number | undefined;
}
