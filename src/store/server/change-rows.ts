import { type Knex } from 'knex';
import { type ServerEngine } from './server-address.ts';
import { firstRow } from './server-rows.ts';

type Values = Readonly<Record<string, string | number | null>>;

/** Runs a statement that changes rows, with values by name, and says how many it changed. */
export async function changeRows(
  database: Knex,
  engine: ServerEngine,
  statement: string,
  values: Values,
): Promise<number> {
  if (engine === 'postgres') {
    const result: unknown = await database.raw(statement, { ...values });
    return (result as { readonly rowCount: number }).rowCount;
  }
  const counted: unknown = await database.raw(`${statement};\nSELECT @@ROWCOUNT AS changed`, { ...values });
  return (firstRow(counted) as { readonly changed: number }).changed;
}
