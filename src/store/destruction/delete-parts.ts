import { setImmediate } from 'node:timers/promises';
import { type Database } from 'better-sqlite3';

/** A server that commits meanwhile waits for one of these. */
const PARTS_AT_ONCE = 1_000;

/**
 * Deletes the sealed parts of destroyed kids in the order in which they lie, so that the table is read once.
 * If the process dies between two batches, the rest has no keys and goes with the next call.
 */
export async function deleteParts(
  connection: Database,
  kids: readonly string[],
  now: number,
  onDeleted: (count: number) => void,
): Promise<void> {
  const names = JSON.stringify(kids);
  const next = connection
    .prepare<[string, number, number], number>(
      `SELECT rowid FROM audit_personal WHERE kid IN (SELECT value FROM json_each(?)) AND rowid > ?
       ORDER BY rowid LIMIT ?`,
    )
    .pluck();
  const remove = connection.prepare<[string]>(
    'DELETE FROM audit_personal WHERE rowid IN (SELECT value FROM json_each(?))',
  );
  let deleted = 0;
  let last = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = next.all(names, last, PARTS_AT_ONCE);
    last = rows.at(-1) ?? last;
    if (rows.length === 0) break;
    remove.run(JSON.stringify(rows));
    deleted += rows.length;
    onDeleted(deleted);
    await setImmediate();
  }
  connection
    .prepare(
      `UPDATE destroyed_kid SET emptied_at = ?
       WHERE emptied_at IS NULL AND kid IN (SELECT value FROM json_each(?))`,
    )
    .run(now, names);
}
