import { type Knex } from 'knex';

/** SQL Server takes 2,100 parameters and 1,000 rows in one statement; PostgreSQL takes more of both. */
const PARAMETERS = 2_000;
const ROWS = 1_000;

/** Inserts rows of the same columns in as few statements as every engine takes. */
export async function insertRows(
  database: Knex,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const most = Math.min(ROWS, Math.floor(PARAMETERS / Object.keys(first).length));
  for (let from = 0; from < rows.length; from += most)
    await database(table).insert(rows.slice(from, from + most));
}
