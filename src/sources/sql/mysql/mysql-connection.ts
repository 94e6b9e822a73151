import { answerInvalid } from '../../source-error.ts';
import { wrapped } from '../query-shape.ts';
import { type ServerAccess } from '../server/server-access.ts';
import { type OpenConnection, type SqlConnection } from '../server/sql-connection.ts';
import { type CompiledQuery, type QueryState, type RowSet } from '../sql-engine.ts';
import { describeQuery, type PreparedShape } from './describe-query.ts';
import { isFromServer, openError, readError } from './mysql-error.ts';
import { type MysqlColumn, readValues } from './mysql-values.ts';
import { MysqlWire } from './mysql-wire.ts';

const MAX_ROWS = 2;

/** Opens sessions on a server of MySQL or MariaDB. @param milliseconds longest time that a statement may run */
export function mysqlOpener(access: ServerAccess, milliseconds: number): OpenConnection {
  return async (signal) => {
    let connection: MysqlConnection | undefined;
    const stop = (): void => {
      connection?.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      connection = new MysqlConnection(access);
      await connection.open(milliseconds);
      return connection;
    } catch (thrown) {
      stop();
      throw openError(thrown);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** A session that can only read. Every query is prepared by the server, every value bound. */
class MysqlConnection implements SqlConnection {
  readonly #wire: MysqlWire;
  #usable = true;
  /** Rejects what is asked just now. */
  #fail: (error: unknown) => void = () => undefined;

  constructor(access: ServerAccess) {
    this.#wire = new MysqlWire(access, (error) => {
      this.#usable = false;
      this.#fail(error);
    });
  }

  get usable(): boolean {
    return this.#usable;
  }

  async open(milliseconds: number): Promise<void> {
    const version = await this.#asked<string>((resolve, reject) => {
      this.#wire.connection.connect((error, handshake?: { serverVersion?: unknown }) => {
        if (error === null) resolve(String(handshake?.serverVersion));
        else reject(error);
      });
    });
    const limit = /mariadb/i.test(version)
      ? `max_statement_time = ${String(milliseconds / 1000)}`
      : `max_execution_time = ${String(milliseconds)}`;
    await this.#run(`SET SESSION time_zone = '+00:00', ${limit}`);
    await this.#run('SET SESSION TRANSACTION READ ONLY');
  }

  async describe(query: CompiledQuery): Promise<QueryState> {
    return this.#ask(async () => describeQuery(query, async (sql) => this.#prepare(sql)));
  }

  async read(_name: string, query: CompiledQuery, values: readonly string[]): Promise<RowSet> {
    return this.#ask(async () => this.#execute(wrapped(query.sql), values));
  }

  destroy(): void {
    this.#usable = false;
    this.#wire.destroy();
  }

  async #execute(sql: string, values: readonly string[]): Promise<RowSet> {
    return this.#asked((resolve, reject) => {
      let columns: readonly MysqlColumn[] = [];
      const rows: unknown[][] = [];
      // Without a callback the driver keeps no rows of its own.
      const command = this.#wire.connection.execute(sql, [...values]);
      command.on('fields', (fields: readonly MysqlColumn[] | undefined) => {
        columns = fields ?? [];
      });
      command.on('result', (row: unknown) => {
        if (!Array.isArray(row)) return;
        if (rows.length === MAX_ROWS) this.#wire.destroy(answerInvalid('TOO_MANY_ROWS'));
        else rows.push(readValues(row, columns));
      });
      command.on('error', reject);
      command.on('end', () => {
        resolve({ columns: columns.map(({ name }) => name), rows });
      });
    });
  }

  async #prepare(sql: string): Promise<PreparedShape> {
    return this.#asked((resolve, reject) => {
      this.#wire.connection.prepare(sql, (error, statement) => {
        if (error !== null) {
          reject(error);
          return;
        }
        const { columns, parameters } = statement as unknown as PreparedStatement;
        this.#wire.connection.unprepare(sql);
        resolve({ columns: columns.map(({ name }) => name), parameters: parameters.length });
      });
    });
  }

  async #run(sql: string): Promise<void> {
    await this.#asked<undefined>((resolve, reject) => {
      this.#wire.connection.query(sql, (error) => {
        if (error === null) resolve(undefined);
        else reject(error);
      });
    });
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    this.#wire.expectAnswer();
    try {
      return await question();
    } catch (thrown) {
      if (!isFromServer(thrown)) this.#usable = false;
      throw readError(thrown, this.#wire.began);
    }
  }

  /** A command of the driver; the loss of the connection, which the driver may tell nobody else, ends it too. */
  async #asked<T>(
    begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      begin(resolve, reject);
    });
  }
}

/** What the driver's types leave out of a prepared statement. */
interface PreparedStatement {
  readonly columns: readonly MysqlColumn[];
  readonly parameters: readonly unknown[];
}
