/// <reference path="./knex-mssql.d.ts" />
import MssqlDialect from 'knex/lib/dialects/mssql/index.js';
import MssqlColumnCompiler from 'knex/lib/dialects/mssql/schema/mssql-columncompiler.js';

/** Text is compared and ordered by code point, whatever the database's own rules for letters are: an id is not a word. */
const BINARY = 'collate Latin1_General_100_BIN2';

class BinaryTextColumns extends MssqlColumnCompiler {
  override varchar(length?: number): string {
    return `${super.varchar(length)} ${BINARY}`;
  }

  override text(): string {
    return `nvarchar(max) ${BINARY}`;
  }
}

/** Knex's dialect of SQL Server with text columns that tell i from ı and A from a. */
export class GatewayMssql extends MssqlDialect {
  override columnCompiler(tableCompiler: unknown, columnBuilder: unknown): BinaryTextColumns {
    return new BinaryTextColumns(this, tableCompiler, columnBuilder);
  }
}
