import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../store-fault.ts';

const MONTH_FILE = /^(\d{4}-\d{2})\.db$/;

/** Where the index of one log lies: a folder in the search folder, with one file for each month that has records. */
export function indexFolder(searchFolder: string, origin: string): string {
  return join(searchFolder, origin.replaceAll('/', '_'));
}

/** @param month `YYYY-MM` */
export function monthFile(folder: string, month: string): string {
  return join(folder, `${month}.db`);
}

/** The months that have a file, oldest first; none where there is no folder. */
export function monthsIn(folder: string): readonly string[] {
  return namesIn(folder)
    .map((name) => MONTH_FILE.exec(name)?.[1])
    .filter((month) => month !== undefined)
    .sort();
}

/** Folders of the indexes of all logs. */
export function foldersIn(searchFolder: string): readonly string[] {
  return namesIn(searchFolder).map((name) => join(searchFolder, name));
}

/** Removes an index file; it is built anew from the log. */
export function removeMonth(folder: string, month: string): void {
  const file = monthFile(folder, month);
  // A write-ahead log must not outlive its database: it would be taken for that of the next file of this name.
  for (const suffix of ['-wal', '-shm', '']) rmSync(file + suffix, { force: true });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return [];
    throw error;
  }
}
