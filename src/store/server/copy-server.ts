import { type Database } from 'better-sqlite3';
import { type Knex } from 'knex';
import { openDatabase } from '../open-database.ts';
import { settleDatabase } from '../restored-database.ts';
import { serverAddress } from './server-address.ts';
import { openServerDatabase, type ServerDatabase } from './server-database.ts';
import { readAtOneMoment } from './server-transact.ts';

const ROWS_AT_ONCE = 1_000;
/** Of the tool that makes tables, of processes that run, and what partners ask for anew. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'migration',
  'migration_lock',
  'log_lease',
  'job_run',
  'access_token',
]);

type Row = Readonly<Record<string, unknown>>;

/** A table of the copy: the same in the shared database. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of its primary key, in their order. */
  readonly key: readonly string[];
}

/** Told rows copied and in all. */
export type OnRows = (done: number, total: number) => void;

/**
 * Copies every table of a shared database, as it is at one moment, into an SQLite file of the same schema with its guards; the
 * logs of all nodes are in it. Nobody who writes meanwhile is stopped.
 * @param to must not exist; on the disk when this resolves
 * @throws FaultsError when the database cannot be read, or the place of the copy cannot be written
 */
export async function copyServerDatabase(databaseUrl: string, to: string, onRows: OnRows): Promise<void> {
  const source = await openServerDatabase(serverAddress(databaseUrl));
  try {
    const copy = await openDatabase(to, true);
    try {
      const connection = await copy.connect();
      connection.pragma('foreign_keys = OFF');
      connection.pragma('synchronous = OFF');
      await withoutGuards(connection, async () => copyTables(source, connection, onRows));
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
  settleDatabase(to);
}

/** Rows come in whole tables, not one after the other as guards want them; the guards are there again afterwards. */
async function withoutGuards(connection: Database, work: () => Promise<void>): Promise<void> {
  const guards = connection
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of guards) connection.exec(`DROP TRIGGER "${name}"`);
  await work();
  for (const { sql } of guards) connection.exec(sql);
}

async function copyTables(source: ServerDatabase, connection: Database, onRows: OnRows): Promise<void> {
  await readAtOneMoment(source.patient, async (transaction) => {
    const tables = tablesOf(connection);
    let total = 0;
    for (const { name } of tables) total += await rowsIn(transaction, name);
    let done = 0;
    for (const table of tables) {
      connection.exec(`DELETE FROM ${table.name}`);
      for await (const rows of pagesOf(transaction, table)) {
        put(connection, table, rows);
        done += rows.length;
        onRows(done, total);
      }
    }
  });
}

function tablesOf(connection: Database): Table[] {
  const names = connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  return names
    .filter((name) => !LEFT_OUT.has(name))
    .map((name) => {
      const columns = connection.pragma(`table_info(${name})`) as { name: string; pk: number }[];
      const key = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
      return { name, columns: columns.map((one) => one.name), key: key.map((one) => one.name) };
    });
}

async function rowsIn(transaction: Knex.Transaction, name: string): Promise<number> {
  const counted = (await transaction(name).count({ rows: '*' }).first()) as { rows: number | string };
  return Number(counted.rows);
}

/** By key, each page behind the one before; the rows of one log after those of another. */
async function* pagesOf(transaction: Knex.Transaction, table: Table): AsyncGenerator<readonly Row[]> {
  const [first = '', ...rest] = table.key;
  if (first !== 'log' || rest.length === 0) {
    yield* pagesBehind(transaction, table, { key: table.key, within: {} });
    return;
  }
  const logs = await transaction('audit_head').orderBy('log').pluck<number[]>('log');
  for (const log of logs) yield* pagesBehind(transaction, table, { key: rest, within: { log } });
}

async function* pagesBehind(
  transaction: Knex.Transaction,
  { name, columns }: Table,
  { key, within }: { readonly key: readonly string[]; readonly within: Row },
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined;
  for (;;) {
    const from = last;
    const rows = (await transaction(name)
      .where(within)
      .modify((query) => {
        if (from !== undefined) behind(query, key, from);
      })
      .orderBy([...key])
      .limit(ROWS_AT_ONCE)
      .select([...columns])) as Row[];
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1);
  }
}

/** What comes after a row in the order of the key; the first bound alone is what an index needs. */
function behind(query: Knex.QueryBuilder, key: readonly string[], row: Row): void {
  const [first = '', ...rest] = key;
  const value = row[first] as string;
  if (rest.length === 0) {
    void query.where(first, '>', value);
    return;
  }
  void query.where(first, '>=', value).andWhere((either) => {
    void either.where(first, '>', value).orWhere((same) => {
      void same.where(first, value);
      behind(same, rest, row);
    });
  });
}

function put(connection: Database, { name, columns }: Table, rows: readonly Row[]): void {
  const values = columns.map((column) => `@${column}`).join(', ');
  const insert = connection.prepare(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values})`);
  connection.transaction(() => {
    for (const row of rows) insert.run(row);
  })();
}
