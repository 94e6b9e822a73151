declare module 'knex/lib/dialects/mssql/index.js' {
  import { type Knex } from 'knex';

  class MssqlDialect extends Knex.Client {
    columnCompiler(tableCompiler: unknown, columnBuilder: unknown): unknown;
    _query(connection: unknown, statement: unknown): Promise<unknown>;
    _enqueueRequest(request: unknown, connection: unknown): void;
    _typeForBinding(binding: unknown): unknown;
    _driver(): unknown;
  }
  export = MssqlDialect;
}

declare module 'knex/lib/dialects/mssql/schema/mssql-columncompiler.js' {
  class MssqlColumnCompiler {
    constructor(client: unknown, tableCompiler: unknown, columnBuilder: unknown);
    varchar(length?: number): string;
    text(): string;
  }
  export = MssqlColumnCompiler;
}

declare module 'knex/lib/dialects/postgres/index.js' {
  import { type Knex } from 'knex';

  class PostgresDialect extends Knex.Client {
    columnCompiler(tableCompiler: unknown, columnBuilder: unknown): unknown;
    _query(connection: unknown, statement: unknown): Promise<unknown>;
  }
  export = PostgresDialect;
}

declare module 'knex/lib/dialects/postgres/schema/pg-columncompiler.js' {
  class PostgresColumnCompiler {
    constructor(client: unknown, tableCompiler: unknown, columnBuilder: unknown);
    varchar(length?: number): string;
    text(): string;
  }
  export = PostgresColumnCompiler;
}
