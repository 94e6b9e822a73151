import { type Database } from 'better-sqlite3';
import { errorCode, storeFault } from '../store-fault.ts';
import { writeIndexFile } from './index-file.ts';
import { foldersIn, monthFile, monthsIn, removeMonth } from './month-files.ts';
import { COUNT_OF_ENTRIES } from './tag-entries.ts';

/** Usually left out. */
export interface PurgeOptions {
  /** How long to wait for a search that holds a file. */
  readonly lockMilliseconds?: number;
}

/**
 * Removes the tags of records whose keys were destroyed from the indexes of all logs, so that no trace of a person stands in
 * them any more. MUST be called after the sealed parts have gone from the log: what is in the log is indexed again. May be
 * repeated. The records themselves are still found by their catalogue values.
 * @param searchFolder folder of the indexes of all logs
 * @returns how many tags were removed
 * @throws FaultsError SEARCH_INDEX_IN_USE while a search holds the file; repeat the call then
 */
export function purgeKids(searchFolder: string, kids: readonly string[], options: PurgeOptions = {}): number {
  let removed = 0;
  for (const folder of foldersIn(searchFolder)) {
    for (const month of monthsIn(folder)) removed += purgeMonth(folder, month, kids, options);
  }
  return removed;
}

function purgeMonth(
  folder: string,
  month: string,
  kids: readonly string[],
  { lockMilliseconds }: PurgeOptions,
): number {
  const file = monthFile(folder, month);
  const connection = writeIndexFile(file, lockMilliseconds);
  if (connection === undefined) {
    // A file that cannot be read may hold anything.
    removeMonth(folder, month);
    return 0;
  }
  try {
    return removeTags(connection, file, kids);
  } catch (error) {
    throw errorCode(error).startsWith('SQLITE_BUSY') ? inUse(file) : error;
  } finally {
    connection.close();
  }
}

function removeTags(connection: Database, file: string, kids: readonly string[]): number {
  const known = connection
    .prepare<[string], number>('SELECT id FROM kid WHERE kid IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(JSON.stringify(kids));
  if (known.length === 0) return 0;
  const ids = JSON.stringify(known);
  const ofKids = 'FROM tag WHERE kid IN (SELECT value FROM json_each(?))';
  const removed = connection
    .prepare<[string], number>(`SELECT ${COUNT_OF_ENTRIES} ${ofKids}`)
    .pluck()
    .get(ids);
  connection.prepare(`DELETE ${ofKids}`).run(ids);
  // If the process dies after this, a repeated call finds nothing to delete and still cleans the file.
  checkpoint(connection, file);
  connection.exec('VACUUM');
  checkpoint(connection, file);
  return removed ?? 0;
}

/** Brings zeros over what was deleted into the file itself, and empties the write-ahead log, which holds older pages. */
function checkpoint(connection: Database, file: string): void {
  const [result] = connection.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  if (result?.busy !== 0) throw inUse(file);
}

function inUse(file: string): Error {
  return storeFault(
    'SEARCH_INDEX_IN_USE',
    file,
    {
      tr: 'arama dizini kullanımda; yok edilen kişilerin izleri silinemedi',
      en: 'the search index is in use; the traces of those who were destroyed could not be removed',
    },
    {
      tr: 'Süren aramaların bitmesini bekleyip yeniden deneyin ya da dosyayı silin; arama onu yeniden kurar.',
      en: 'Wait until running searches have ended and try again, or delete the file; the search builds it anew.',
    },
  );
}
