import { type Knex } from 'knex';
import { firstRow } from './server-rows.ts';
import { type ServerAddress } from './server-address.ts';
import { unreachable, unsuitable } from './server-errors.ts';

const MSSQL_SETTINGS = `SELECT is_read_committed_snapshot_on AS readsDoNotWait, snapshot_isolation_state AS snapshots,
  delayed_durability AS delayed, CAST(SERVERPROPERTY('ProductMajorVersion') AS int) AS version
  FROM sys.databases WHERE database_id = DB_ID()`;
const SQL_SERVER_2019 = 15;
const POSTGRES_13 = 130_000;

/**
 * Refuses a database that would lose what it said was written, or in which reading holds up writing.
 * @throws FaultsError DATABASE_UNREACHABLE, DATABASE_UNSUITABLE
 */
export async function requireSuitable(database: Knex, address: ServerAddress): Promise<void> {
  const look = address.engine === 'postgres' ? requirePostgres : requireMssql;
  await look(database, address.place);
}

async function requirePostgres(database: Knex, place: string): Promise<void> {
  const row = await ask<{ fsync: string; encoding: string; version: number }>(
    database,
    place,
    `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
       current_setting('server_version_num')::int AS version`,
  );
  if (row.version < POSTGRES_13) throw unsuitable(place, 'PostgreSQL < 13', 'pg_upgrade');
  if (row.encoding !== 'UTF8')
    throw unsuitable(place, `server_encoding ${row.encoding}`, "CREATE DATABASE … ENCODING 'UTF8'");
  if (row.fsync !== 'on') throw unsuitable(place, 'fsync off', 'ALTER SYSTEM SET fsync = on');
}

async function requireMssql(database: Knex, place: string): Promise<void> {
  const row = await ask<{ readsDoNotWait: boolean; snapshots: number; delayed: number; version: number }>(
    database,
    place,
    MSSQL_SETTINGS,
  );
  if (row.version < SQL_SERVER_2019) throw unsuitable(place, 'SQL Server < 2019', 'SQL Server 2019 Setup');
  if (!row.readsDoNotWait)
    throw unsuitable(
      place,
      'READ_COMMITTED_SNAPSHOT OFF',
      'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE',
    );
  if (row.snapshots !== 1)
    throw unsuitable(
      place,
      'ALLOW_SNAPSHOT_ISOLATION OFF',
      'ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON',
    );
  if (row.delayed === 2)
    throw unsuitable(
      place,
      'DELAYED_DURABILITY FORCED',
      'ALTER DATABASE CURRENT SET DELAYED_DURABILITY = DISABLED',
    );
}

async function ask<Row>(database: Knex, place: string, sql: string): Promise<Row> {
  try {
    return firstRow<Row>(await database.raw(sql));
  } catch (error) {
    throw unreachable(place, error);
  }
}
