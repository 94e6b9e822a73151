import Sqlite from 'better-sqlite3';
import { errorCode } from './store-fault.ts';
import { createSecretFile } from './secret-file.ts';

/**
 * Takes a lock until it is released or the process dies, however it dies: it is SQLite's lock on an empty file.
 * @returns what gives it back; undefined where another process has it
 * @throws FaultsError when the file cannot be made
 */
export function takeProcessLock(file: string): (() => void) | undefined {
  createSecretFile(file, '');
  const connection = new Sqlite(file, { timeout: 0, fileMustExist: true });
  try {
    connection.exec('BEGIN IMMEDIATE');
  } catch (error) {
    connection.close();
    if (errorCode(error).startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return () => {
    if (connection.open) connection.close();
  };
}
