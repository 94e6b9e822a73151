import { type Knex } from 'knex';
import { type ServerEngine } from './server-address.ts';
import { firstRow, wholeNumber } from './server-rows.ts';

const NOW: Readonly<Record<ServerEngine, string>> = {
  postgres: 'SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint) AS now',
  mssql: "SELECT DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME()) AS now",
};

/** The database's own clock, epoch milliseconds: the one clock that all nodes share. */
export async function serverNow(database: Knex, engine: ServerEngine): Promise<number> {
  return wholeNumber(firstRow<{ now: number | string }>(await database.raw(NOW[engine])).now);
}
