import { existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { ownerOf } from './application-id.ts';
import { inUse, missing, notOurs, notReadable } from './database-faults.ts';
import { errorCode } from './store-fault.ts';

/** A lock is met only while another process recovers the database after a crash. */
const LOCK_MILLISECONDS = 1000;

/**
 * A connection that reads and never writes, be it schema or data; works beside a running server.
 * @throws FaultsError when there is no file, or it is no database, or it cannot be read
 */
export function connectReadOnly(file: string): Database {
  if (!existsSync(file)) throw missing(file);
  const connection = openReadOnly(file);
  try {
    if (ownerOf(connection) === 'another') throw notOurs(file);
    return connection;
  } catch (error) {
    connection.close();
    throw asReadFault(error, file);
  }
}

/** Whether the database holds a table. */
export function hasTable(connection: Database, table: string): boolean {
  const find = connection.prepare<[string]>("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return find.get(table) !== undefined;
}

function openReadOnly(file: string): Database {
  try {
    return new Sqlite(file, { readonly: true, fileMustExist: true, timeout: LOCK_MILLISECONDS });
  } catch (error) {
    throw asReadFault(error, file);
  }
}

function asReadFault(error: unknown, file: string): unknown {
  const code = errorCode(error);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return notOurs(file);
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR)/.test(code)) return notReadable(file, error);
  if (code.startsWith('SQLITE_BUSY')) return inUse(file);
  return error;
}
