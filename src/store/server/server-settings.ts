import { type Knex } from 'knex';
import { type ServerAddress } from './server-address.ts';
import { unsuitable } from './server-faults.ts';
import { firstRow } from './server-rows.ts';

interface PostgresSettings {
  readonly fsync: string;
  readonly encoding: string;
  readonly version: number;
}

interface MssqlSettings {
  readonly readsDoNotWait: boolean;
  readonly snapshots: number;
  readonly delayed: number;
  readonly version: number;
}

/** What is wrong, and the statement or the act that mends it. */
type Fault = readonly [what: string, statement: string];

const POSTGRES = `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
  current_setting('server_version_num')::int AS version`;
const POSTGRES_13 = 130_000;
const MSSQL = `SELECT is_read_committed_snapshot_on AS readsDoNotWait, snapshot_isolation_state AS snapshots,
  delayed_durability AS delayed, CAST(SERVERPROPERTY('ProductMajorVersion') AS int) AS version
  FROM sys.databases WHERE database_id = DB_ID()`;
const SQL_SERVER_2019 = 15;
const ON = 1;
const FORCED = 2;

/**
 * Refuses a database that would lose what it said was written, or in which reading holds up writing.
 * Rejects with FaultsError DATABASE_UNSUITABLE.
 */
export async function requireSuitable(database: Knex, { engine, place }: ServerAddress): Promise<void> {
  const row = firstRow(await database.raw(engine === 'postgres' ? POSTGRES : MSSQL));
  const fault =
    engine === 'postgres' ? faultOfPostgres(row as PostgresSettings) : faultOfMssql(row as MssqlSettings);
  if (fault !== undefined) throw unsuitable(place, ...fault);
}

function faultOfPostgres({ version, encoding, fsync }: PostgresSettings): Fault | undefined {
  if (version < POSTGRES_13) return ['PostgreSQL < 13', 'pg_upgrade'];
  if (encoding !== 'UTF8') return [`server_encoding ${encoding}`, "CREATE DATABASE … ENCODING 'UTF8'"];
  return fsync === 'on' ? undefined : ['fsync off', 'ALTER SYSTEM SET fsync = on'];
}

function faultOfMssql({ version, readsDoNotWait, snapshots, delayed }: MssqlSettings): Fault | undefined {
  const set = 'ALTER DATABASE CURRENT SET';
  if (version < SQL_SERVER_2019) return ['SQL Server < 2019', 'SQL Server 2019 Setup'];
  if (!readsDoNotWait)
    return ['READ_COMMITTED_SNAPSHOT OFF', `${set} READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE`];
  if (snapshots !== ON) return ['ALLOW_SNAPSHOT_ISOLATION OFF', `${set} ALLOW_SNAPSHOT_ISOLATION ON`];
  return delayed === FORCED
    ? ['DELAYED_DURABILITY FORCED', `${set} DELAYED_DURABILITY = DISABLED`]
    : undefined;
}
