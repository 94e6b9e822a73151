declare module 'knex/lib/dialects/mssql/index.js' {
  import { type Knex } from 'knex';

  export default class MssqlDialect extends Knex.Client {
    columnCompiler(tableCompiler: unknown, columnBuilder: unknown): unknown;
  }
}

declare module 'knex/lib/dialects/mssql/schema/mssql-columncompiler.js' {
  export default class MssqlColumnCompiler {
    constructor(client: unknown, tableCompiler: unknown, columnBuilder: unknown);
    varchar(length?: number): string;
    text(): string;
  }
}
