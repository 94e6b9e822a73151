import { type Knex } from 'knex';
import { type ServerEngine } from './server-address.ts';
import { firstRow, wholeNumber } from './server-rows.ts';

const NOW: Readonly<Record<ServerEngine, string>> = {
  postgres: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)',
  mssql: "DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())",
};

/** Expression of the database's own clock, epoch milliseconds: the one clock that all nodes share. */
export function nowOf(engine: ServerEngine): string {
  return NOW[engine];
}

/** What that clock shows. */
export async function serverNow(database: Knex, engine: ServerEngine): Promise<number> {
  const row = firstRow(await database.raw(`SELECT ${NOW[engine]} AS now`)) as { now: number | string };
  return wholeNumber(row.now);
}
