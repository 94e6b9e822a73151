import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { syncFolder } from '../shared/new-file.ts';
import { connectReadOnly } from './read-only.ts';

/** Pages of one step, some megabytes: between two of them this process does other things. */
const PAGES_A_STEP = 1_000;

/**
 * Copies an SQLite database that others may be writing, as it is at the moment of the call, into one file without side files.
 * The write-ahead log of the source grows meanwhile by what is written.
 * @param to must not exist; on the disk when this resolves
 * @param onProgress is told pages copied and in all
 * @throws FaultsError when the source cannot be read; Error of SQLite when the copy cannot be written, e.g. SQLITE_FULL
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  // The copy opens it by its name: made here, nobody but its owner ever reads it.
  closeSync(openSync(to, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
  const source = connectReadOnly(from);
  try {
    // One moment for all steps. Without it each write of another process would make the copy begin anew, for ever.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_A_STEP;
      },
    });
    source.exec('COMMIT');
  } finally {
    source.close();
  }
  settle(to);
}

/** Without a write-ahead log the copy is one file. A gateway that opens it turns it on again. */
function settle(file: string): void {
  const copy = new Sqlite(file, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(file));
}
