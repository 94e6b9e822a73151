import PostgresDialect from 'knex/lib/dialects/postgres/index.js';
import PostgresColumnCompiler from 'knex/lib/dialects/postgres/schema/pg-columncompiler.js';
import { answerOf, connected, type ServerConnection } from './server-connection.ts';
import { type WaitingConfig } from './waiting-config.ts';

/** Text is compared and ordered by code point, whatever the database's own rules for letters are: an id is not a word. */
const CODE_POINTS = 'collate "C"';

class CodePointColumns extends PostgresColumnCompiler {
  override varchar(length?: number): string {
    return `${super.varchar(length)} ${CODE_POINTS}`;
  }

  override text(): string {
    return `text ${CODE_POINTS}`;
  }
}

/** Knex's dialect of PostgreSQL, which waits for no answer without end. */
export class GatewayPostgres extends PostgresDialect {
  override columnCompiler(tableCompiler: unknown, columnBuilder: unknown): CodePointColumns {
    return new CodePointColumns(this, tableCompiler, columnBuilder);
  }

  override async acquireRawConnection(): Promise<unknown> {
    return connected(super.acquireRawConnection());
  }

  override async _query(connection: ServerConnection, statement: unknown): Promise<unknown> {
    const { answerMilliseconds } = this.config as WaitingConfig;
    return answerOf(connection, super._query(connection, statement), answerMilliseconds);
  }
}
