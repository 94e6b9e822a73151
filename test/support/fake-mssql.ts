import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { type Knex } from 'knex';
import { connectServer, type PoolOptions } from '../../src/store/server/connect-server.ts';
import { serverAddress } from '../../src/store/server/server-address.ts';
import { type ServerDatabase } from '../../src/store/server/server-database.ts';

/** A parameter as the driver would send it. */
export interface SentParameter {
  readonly name: string;
  /** Of the driver, e.g. `NVarChar`. */
  readonly type: string;
  readonly value: unknown;
}

/** A statement as the driver was given it. */
export interface SentStatement {
  readonly sql: string;
  readonly parameters: readonly SentParameter[];
  /** Number of its connection. */
  readonly connection: number;
  readonly inTransaction: boolean;
  /** Sent as a batch of its own, and not to `sp_executesql`. */
  readonly batch: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** What the server says: rows, or an error of its number. */
export type MssqlAnswer = (statement: SentStatement) => readonly Row[] | MssqlError;

/** An error as SQL Server sends it. */
export class MssqlError extends Error {
  readonly code = 'EREQUEST';
  readonly number: number;
  /** Whether the server undoes the whole transaction with it, as it does after THROW and for a victim of a deadlock. */
  readonly dooms: boolean;

  constructor(number: number, message: string, dooms = false) {
    super(message);
    this.number = number;
    this.dooms = dooms;
  }
}

interface Request {
  readonly sqlTextOrProcedure: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: { readonly name: string };
    readonly value: unknown;
  }[];
  callback(error?: Error, rowCount?: number): void;
  emit(event: 'row', columns: readonly { metadata: { colName: string }; value: unknown }[]): void;
}

/** What the driver begins with where nothing is said. */
const READ_COMMITTED = 2;

type Done = (error?: Error) => void;

/** SQL Server at the edge of its driver: knex, dialect and requests are the real ones, only the socket is none. */
export class FakeMssql implements AsyncDisposable {
  readonly sent: SentStatement[] = [];
  /** Begins with their isolation level, commits and rollbacks, in order. */
  readonly transactions: string[] = [];
  /** Of every connection that was made. */
  readonly connections: FakeConnection[] = [];
  answer: MssqlAnswer = () => [];
  /** The next commits are not answered any more. */
  losesCommits = false;
  readonly #pools: Knex[] = [];

  /** A pool of connections to it, as the product makes them. */
  pool(options: PoolOptions = {}): Knex {
    const pool = connectServer(serverAddress('mssql://user:secret@db.test/gecit'), options);
    const { client } = pool as unknown as { client: { _driver: () => object } };
    const driver = createRequire(import.meta.url)('tedious') as object;
    const connect = (): FakeConnection => {
      const connection = new FakeConnection(this, this.connections.length);
      this.connections.push(connection);
      return connection;
    };
    client._driver = () => ({
      ...driver,
      Connection: function Connection() {
        return connect();
      },
    });
    this.#pools.push(pool);
    return pool;
  }

  database(): ServerDatabase {
    const [knex, commits, patient] = [this.pool(), this.pool(), this.pool()];
    const close = async (): Promise<void> => this[Symbol.asyncDispose]();
    return { engine: 'mssql', place: 'mssql://db.test:1433/gecit', knex, commits, patient, close };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pools.map(async (pool) => pool.destroy()));
  }
}

/** A connection of the driver. */
export class FakeConnection extends EventEmitter {
  readonly state = { name: 'LoggedIn' };
  inTransaction = false;
  closed = false;
  readonly #server: FakeMssql;
  readonly #number: number;

  constructor(server: FakeMssql, number: number) {
    super();
    this.#server = server;
    this.#number = number;
  }

  connect(done: Done): void {
    setImmediate(done);
  }

  close(): void {
    this.state.name = 'Final';
    this.closed = true;
    setImmediate(() => this.emit('end'));
  }

  execSql(request: Request): void {
    this.#run(request, false);
  }

  execSqlBatch(request: Request): void {
    this.#run(request, true);
  }

  beginTransaction(done: Done, _name: string, level = READ_COMMITTED): void {
    this.#transaction(`begin at ${String(level)}`, true, done);
  }

  commitTransaction(done: Done): void {
    if (!this.#server.losesCommits) {
      this.#transaction('commit', false, done);
      return;
    }
    this.close();
    setImmediate(() => {
      done(Object.assign(new Error('Connection lost'), { code: 'ESOCKET' }));
    });
  }

  rollbackTransaction(done: Done): void {
    this.#transaction('rollback', false, done);
  }

  #transaction(act: string, inTransaction: boolean, done: Done): void {
    this.#server.transactions.push(act);
    setImmediate(() => {
      this.inTransaction = inTransaction;
      done();
    });
  }

  #run(request: Request, batch: boolean): void {
    if (this.closed) {
      request.callback(
        Object.assign(new Error('Requests can only be made in the LoggedIn state'), {
          code: 'EINVALIDSTATE',
        }),
      );
      return;
    }
    const statement: SentStatement = {
      sql: request.sqlTextOrProcedure,
      parameters: request.parameters.map(({ name, type, value }) => ({ name, type: type.name, value })),
      connection: this.#number,
      inTransaction: this.inTransaction,
      batch,
    };
    this.#server.sent.push(statement);
    setImmediate(() => {
      const answer = this.#server.answer(statement);
      if (answer instanceof MssqlError) {
        if (answer.dooms) this.inTransaction = false;
        request.callback(answer);
        return;
      }
      for (const row of answer)
        request.emit(
          'row',
          Object.entries(row).map(([colName, value]) => ({ metadata: { colName }, value })),
        );
      request.callback(undefined, answer.length);
    });
  }
}
