import { type Knex } from 'knex';
import { emptyRoot } from '../../audit/merkle.ts';
import { type HeadRow } from '../head-row.ts';

/** A head as the driver gives it: SQL Server's gives 64-bit integers as text. */
export type StoredHead = Omit<HeadRow, 'size' | 'last_time'> & {
  readonly log: number;
  readonly size: number | string;
  readonly last_time: number | string;
};

const COLUMNS = ['log', 'origin', 'size', 'root', 'frontier', 'last_time', 'next_origin'] as const;

/** The heads of a node's logs. @param node first two parts of their origins, `<gateway name>/<node>` */
export function logsOfNode(database: Knex, node: string): Knex.QueryBuilder<object, StoredHead[]> {
  return database('audit_head').whereRaw('LEFT(origin, ?) = ?', [
    node.length + 1,
    `${node}/`,
  ]) as Knex.QueryBuilder<object, StoredHead[]>;
}

/** The newest head of a node. */
export function openHead(database: Knex, node: string): Knex.QueryBuilder<object, StoredHead | undefined> {
  const newest: unknown = logsOfNode(database, node)
    .orderBy('log', 'desc')
    .first(...COLUMNS);
  return newest as Knex.QueryBuilder<object, StoredHead | undefined>;
}

/** Makes the empty head of a log with the key that will sign its checkpoints. */
export async function insertHead(
  transaction: Knex.Transaction,
  { origin, vkey, lastTime }: { readonly origin: string; readonly vkey: string; readonly lastTime: number },
): Promise<void> {
  await transaction('audit_head').insert({
    origin,
    size: 0,
    root: emptyRoot,
    frontier: Buffer.alloc(0),
    last_time: lastTime,
  });
  // Not what the insert returns: SQL Server refuses OUTPUT on a table with a trigger.
  const [log] = await transaction('audit_head').where({ origin }).pluck<number[]>('log');
  await transaction('audit_key').insert({ log, vkey });
}
