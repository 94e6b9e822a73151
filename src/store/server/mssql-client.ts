import MssqlDialect from 'knex/lib/dialects/mssql/index.js';
import MssqlColumnCompiler from 'knex/lib/dialects/mssql/schema/mssql-columncompiler.js';
import { answerOf, connected, type ServerConnection } from './server-connection.ts';
import { type WaitingConfig } from './waiting-config.ts';

/** Text is compared and ordered by code point, whatever the database's own rules for letters are: an id is not a word. */
const CODE_POINTS = 'collate Latin1_General_100_BIN2';

class CodePointColumns extends MssqlColumnCompiler {
  override varchar(length?: number): string {
    return `${super.varchar(length)} ${CODE_POINTS}`;
  }

  override text(): string {
    return `nvarchar(max) ${CODE_POINTS}`;
  }
}

/** What is used of the driver `tedious`. */
interface Driver {
  readonly TYPES: { readonly DateTime2: unknown };
  readonly Request: new (sql: string, done: (error?: Error) => void) => object;
}

/** A connection of it. */
interface MssqlConnection extends ServerConnection {
  execSql(request: unknown): void;
  execSqlBatch(request: unknown): void;
}

/** Knex's dialect of SQL Server, in which a statement keeps to its connection and waits for no lock without end. */
export class GatewayMssql extends MssqlDialect {
  /** Of the client that knex makes for one transaction. */
  declare readonly transacting?: boolean;

  override columnCompiler(tableCompiler: unknown, columnBuilder: unknown): CodePointColumns {
    return new CodePointColumns(this, tableCompiler, columnBuilder);
  }

  override async acquireRawConnection(): Promise<unknown> {
    const connection = (await connected(super.acquireRawConnection())) as MssqlConnection;
    const { patience } = this.config as WaitingConfig;
    await connected(this.#batch(connection, `SET LOCK_TIMEOUT ${String(patience.lockMilliseconds)}`));
    return connection;
  }

  /** A connection that has ended says so no second time, and would be waited for. */
  override async destroyRawConnection(connection: ServerConnection): Promise<void> {
    if (connection.closed !== true) await super.destroyRawConnection(connection);
  }

  /** After THROW or a deadlock the server has undone the transaction: what came then would stand by itself. */
  override async _query(connection: ServerConnection, statement: unknown): Promise<unknown> {
    if (this.transacting === true && connection.inTransaction !== true)
      throw new Error('the server has ended the transaction');
    const { patience } = this.config as WaitingConfig;
    return answerOf(connection, super._query(connection, statement), patience.answerMilliseconds);
  }

  /**
   * Knex keeps one queue for all connections: what one that is lost could not take, the next free one would run, outside
   * of its transaction. Here the driver refuses it.
   */
  override _enqueueRequest(request: unknown, connection: MssqlConnection): void {
    connection.execSql(request);
  }

  /** Times of the gateway are whole milliseconds; a Date, as knex notes its own, would travel in steps of 3.3 of them. */
  override _typeForBinding(binding: unknown): unknown {
    if (!(binding instanceof Date)) return super._typeForBinding(binding);
    return [binding, (this._driver() as Driver).TYPES.DateTime2];
  }

  /** Statements travel to a procedure of the server, and with its end goes what they set: a batch of its own stays. */
  async #batch(connection: MssqlConnection, sql: string): Promise<void> {
    const { Request } = this._driver() as Driver;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        if (error) reject(error);
        else resolve();
      };
      connection.execSqlBatch(new Request(sql, done));
    });
  }
}
