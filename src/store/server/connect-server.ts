import { createRequire } from 'node:module';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { GatewayMssql } from './mssql-client.ts';
import { type ServerAddress } from './server-address.ts';

/** Requests, jobs and commands of one process; the server's own limit is shared by all nodes. */
const CONNECTIONS = 12;
const CONNECT_MILLISECONDS = 5_000;
/** No statement of the gateway takes so long: what does is not answered any more. */
const STATEMENT_MILLISECONDS = 10_000;
/** How long a statement waits for a lock that another node holds. */
const LOCK_MILLISECONDS = 2_000;
/** Type of 64-bit integers in PostgreSQL; sizes and times of the gateway are safe integers. */
const INT8 = 20;

const silent = (): void => undefined;

/** Makes a pool of connections; none is opened before it is needed. */
export function connectServer(address: ServerAddress): Knex {
  const common = {
    pool: { min: 0, max: CONNECTIONS },
    acquireConnectionTimeout: CONNECT_MILLISECONDS,
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  };
  return address.engine === 'postgres'
    ? knex({ ...common, client: 'pg', connection: postgresConnection(address) })
    : knex({ ...common, client: GatewayMssql, connection: mssqlConnection(address) });
}

function postgresConnection({ host, port, user, password, database, tls, ca }: ServerAddress): object {
  const ssl = tls === 'off' ? false : { rejectUnauthorized: tls === 'proven', ca };
  const options = [
    'synchronous_commit=on',
    'TimeZone=UTC',
    `lock_timeout=${String(LOCK_MILLISECONDS)}`,
    `statement_timeout=${String(STATEMENT_MILLISECONDS)}`,
    `idle_in_transaction_session_timeout=${String(STATEMENT_MILLISECONDS)}`,
  ];
  return {
    host,
    port,
    user,
    password,
    database,
    ssl,
    application_name: 'gecit',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    options: options.map((option) => `-c ${option}`).join(' '),
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary'): unknown =>
        type === INT8 ? Number : pg.types.getTypeParser(type, format),
    },
  };
}

function mssqlConnection({ host, port, user, password, database, tls, ca }: ServerAddress): object {
  return {
    server: host,
    port,
    user,
    password,
    database,
    encrypt: tls !== 'off',
    connectionTimeout: CONNECT_MILLISECONDS,
    requestTimeout: STATEMENT_MILLISECONDS,
    options: {
      encrypt: tls !== 'off',
      trustServerCertificate: tls === 'unproven',
      ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
      appName: 'gecit',
      abortTransactionOnError: true,
      enableAnsiNull: true,
      enableQuotedIdentifier: true,
      useUTC: true,
      mapBinding: safeBinding,
    },
  };
}

interface Types {
  readonly DateTime2: unknown;
}

const { TYPES } = createRequire(import.meta.url)('tedious') as { readonly TYPES: Types };

/** A Date would travel as datetime, in steps of 3.3 ms: times travel as whole milliseconds, so a Date is a mistake. */
function safeBinding(binding: unknown): { value: unknown; type: unknown } | undefined {
  return binding instanceof Date ? { value: binding, type: TYPES.DateTime2 } : undefined;
}
