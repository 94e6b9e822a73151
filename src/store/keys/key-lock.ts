import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createSecretFile } from '../secret-file.ts';
import { errorCode } from '../store-fault.ts';
import { folderBusy } from './key-faults.ts';

/**
 * `keys`: held for moments, by whoever makes record keys or changes which generations and tombstones there are.
 * `rotation`: held from beginning to end of a rotation or a destruction; taken before `keys`, never after it.
 */
export type LockName = 'keys' | 'rotation';

const WAIT_MILLISECONDS = 10_000;

/**
 * Runs the work while no other process, and nobody else in this one, holds the lock. The operating system frees it when the
 * process dies, however it dies: it is SQLite's lock on an empty file.
 * @throws FaultsError KEY_FOLDER_BUSY when the wait, usually ten seconds, is over
 */
export function exclusively<T>(
  folder: string,
  lock: LockName,
  work: () => T,
  waitMilliseconds: number = WAIT_MILLISECONDS,
): T {
  const file = join(folder, `${lock}.lock`);
  createSecretFile(file, '');
  const connection = new Database(file, { timeout: waitMilliseconds, fileMustExist: true });
  try {
    take(connection, file);
    return work();
  } finally {
    connection.close();
  }
}

function take(connection: Database.Database, file: string): void {
  try {
    connection.exec('BEGIN IMMEDIATE');
  } catch (error) {
    if (errorCode(error).startsWith('SQLITE_BUSY')) throw folderBusy(file);
    throw error;
  }
}
