import { type Knex } from 'knex';
import { wholeNumber } from './server-rows.ts';

/** Records whose parts one statement looks at: a server that commits meanwhile waits for one of these. */
const RECORDS_AT_ONCE = 2_000;

interface LogSize {
  readonly log: number;
  readonly size: number | string;
}

/**
 * Deletes the sealed parts of destroyed kids, in the order in which they lie, so that the table is read once.
 * If the process dies between two statements, the rest has no keys and goes with the next call.
 * @param onDeleted told the number deleted so far
 */
export async function deletePartsOf(
  database: Knex,
  kids: readonly string[],
  onDeleted: (count: number) => void,
): Promise<void> {
  const logs: readonly LogSize[] = await database<LogSize>('audit_head').orderBy('log').select('log', 'size');
  let deleted = 0;
  for (const { log, size } of logs) {
    for (let first = 0; first < wholeNumber(size); first += RECORDS_AT_ONCE) {
      const gone = await database('audit_personal')
        .where({ log })
        .where('idx', '>=', first)
        .where('idx', '<', first + RECORDS_AT_ONCE)
        .whereIn('kid', kids)
        .delete();
      if (gone === 0) continue;
      deleted += gone;
      onDeleted(deleted);
    }
  }
}
