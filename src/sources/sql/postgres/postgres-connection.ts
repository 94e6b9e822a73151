import pg from 'pg';
import { type ServerAccess } from '../server/server-access.ts';
import { type OpenConnection, type SqlConnection } from '../server/sql-connection.ts';
import { type CompiledQuery, type QueryState, type RowSet } from '../sql-engine.ts';
import { wrapped } from '../query-shape.ts';
import { BoundedWire } from './bounded-wire.ts';
import { describeQuery } from './describe-query.ts';
import { isFromServer, openError, readError } from './postgres-error.ts';
import { POSTGRES_TYPES } from './postgres-types.ts';

/** A prepared statement whose table was changed, or that a pooler between us and the server does not know. */
const STALE = ['0A000', '26000'];

/** Opens sessions on a PostgreSQL server. @param milliseconds longest time that a statement may run */
export function postgresOpener(access: ServerAccess, milliseconds: number): OpenConnection {
  return async (signal) => {
    const connection = new PostgresConnection(access);
    const stop = (): void => {
      connection.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      await connection.open(milliseconds);
      return connection;
    } catch (thrown) {
      connection.destroy();
      throw openError(thrown);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** A session that can only read. Every value is bound; every query is one statement, which the extended protocol demands. */
class PostgresConnection implements SqlConnection {
  readonly #wire: BoundedWire;
  readonly #client: pg.Client;
  #usable = true;

  constructor({ host, port, database, user, password, tls }: ServerAccess) {
    const ssl =
      tls === undefined
        ? false
        : { ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.verified };
    this.#wire = new BoundedWire({ ssl, keepAlive: true });
    const given = { host, port, database, user, ssl, application_name: 'gecit', types: POSTGRES_TYPES };
    this.#client = new pg.Client({
      ...given,
      // A function: an absent password would be looked for in the home folder.
      password: async () => Promise.resolve(password()),
      connection: this.#wire,
    } as pg.ClientConfig);
    const lost = (): void => {
      this.#usable = false;
    };
    this.#client.on('error', lost).on('end', lost);
  }

  get usable(): boolean {
    return this.#usable;
  }

  async open(milliseconds: number): Promise<void> {
    await this.#client.connect();
    await this.#client.query(sessionSettings(milliseconds));
  }

  async describe(query: CompiledQuery): Promise<QueryState> {
    return this.#ask(async () => describeQuery(this.#client, query));
  }

  async read(name: string, query: CompiledQuery, values: readonly string[]): Promise<RowSet> {
    const text = wrapped(query.sql);
    const question = { text, values: [...values], rowMode: 'array' as const };
    return this.#ask(async () => {
      const { fields, rows } = await this.#client
        .query({ name, ...question })
        .catch(async (thrown: unknown) => {
          if (!isFromServer(thrown) || !STALE.includes(thrown.code)) throw thrown;
          this.#usable = false;
          return this.#client.query(question);
        });
      return { columns: fields.map((field) => field.name), rows };
    });
  }

  destroy(): void {
    this.#usable = false;
    this.#wire.destroy();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    this.#wire.expectAnswer();
    try {
      return await question();
    } catch (thrown) {
      if (!isFromServer(thrown) || thrown.severity !== 'ERROR') this.#usable = false;
      throw readError(this.#wire.reason ?? thrown, this.#wire.began);
    }
  }
}

function sessionSettings(milliseconds: number): string {
  return [
    'SET default_transaction_read_only = on',
    `SET statement_timeout = ${String(milliseconds)}`,
    "SET client_encoding = 'UTF8'",
    "SET DateStyle = 'ISO, YMD'",
    "SET TimeZone = 'UTC'",
    'SET standard_conforming_strings = on',
  ].join(';');
}
