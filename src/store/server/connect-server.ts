import knex, { type Knex } from 'knex';
import pg from 'pg';
import { GatewayMssql } from './mssql-client.ts';
import { GatewayPostgres } from './postgres-client.ts';
import { type ServerAddress } from './server-address.ts';
import { type Patience, PROMPT, type WaitingConfig } from './waiting-config.ts';

/** Of one pool; the server's own limit is shared by all nodes. */
const CONNECTIONS = 12;
const CONNECT_MILLISECONDS = 5_000;
/** A transaction whose owner is out of reach gives its locks back. */
const IDLE_MILLISECONDS = 10_000;

const silent = (): void => undefined;

/** What a pool of connections is for. */
export interface PoolOptions {
  readonly patience?: Patience;
  readonly connections?: number;
}

/** Makes a pool of connections; none is opened before it is needed. */
export function connectServer(address: ServerAddress, options: PoolOptions = {}): Knex {
  const { patience = PROMPT, connections = CONNECTIONS } = options;
  const isPostgres = address.engine === 'postgres';
  const config: WaitingConfig = {
    client: isPostgres ? GatewayPostgres : GatewayMssql,
    connection: isPostgres ? postgresConnection(address, patience) : mssqlConnection(address, patience),
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: CONNECT_MILLISECONDS,
    // Values are nobody's business in a log.
    compileSqlOnError: false,
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
    patience,
  };
  return knex(config);
}

function postgresConnection(address: ServerAddress, patience: Patience): object {
  const { host, port, user, password, database, tls, ca } = address;
  const options = [
    'synchronous_commit=on',
    'TimeZone=UTC',
    `lock_timeout=${String(patience.lockMilliseconds)}`,
    `statement_timeout=${String(patience.statementMilliseconds)}`,
    `idle_in_transaction_session_timeout=${String(IDLE_MILLISECONDS)}`,
  ];
  return {
    host,
    port,
    user,
    password,
    database,
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'proven', ca },
    application_name: 'gecit',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    options: options.map((option) => `-c ${option}`).join(' '),
    types: { getTypeParser: parserOf },
  };
}

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

/** Sizes and times of the gateway are safe integers. */
function parserOf(type: TypeId, format?: 'text' | 'binary'): unknown {
  return type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format);
}

function mssqlConnection(address: ServerAddress, patience: Patience): object {
  const { host, port, user, password, database, tls, ca } = address;
  return {
    server: host,
    port,
    user,
    password,
    database,
    encrypt: tls !== 'off',
    connectionTimeout: CONNECT_MILLISECONDS,
    requestTimeout: patience.statementMilliseconds,
    options: {
      encrypt: tls !== 'off',
      trustServerCertificate: tls === 'unproven',
      ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
      appName: 'gecit',
      abortTransactionOnError: true,
      enableAnsiNull: true,
      enableQuotedIdentifier: true,
      useUTC: true,
    },
  };
}
