import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { type FaultsError } from '../shared/fault.ts';
import { databaseFile } from './database-file.ts';
import { isAlive, leaseHeld, type LeaseRow } from './log-lease.ts';
import { openDatabase } from './open-database.ts';
import { connectReadOnly, hasTable } from './read-only.ts';

/**
 * Brings a copy of a database up to the schema of this version, and takes out of it what belonged to the process that it was
 * copied from: its lease, and the access tokens it had given.
 * @throws FaultsError when the file is no database of the gateway, or one of a newer version
 */
export async function adoptDatabase(file: string): Promise<void> {
  const database = await openDatabase(file);
  try {
    const connection = await database.connect();
    connection.exec('DELETE FROM log_lease; DELETE FROM access_token;');
  } finally {
    await database.close();
  }
}

/** Puts everything of a database that nobody has open into its one file, on the disk. */
export function settleDatabase(file: string): void {
  const connection = new Sqlite(file, { fileMustExist: true });
  try {
    connection.pragma('journal_mode = DELETE');
  } finally {
    connection.close();
  }
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What a database that is about to be replaced still knows. */
export interface LeftDatabase {
  /** Size of each log, by origin. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly destroyedKids: readonly string[];
}

/**
 * Reads what a database knows, whatever its schema. Undefined where there is none, or nothing can be read of it.
 * @param now epoch milliseconds
 * @throws FaultsError LOG_IN_USE while a process serves one of its logs
 */
export function leftDatabase(databaseUrl: string, now: number): LeftDatabase | undefined {
  const file = databaseFile(databaseUrl);
  if (!existsSync(file)) return undefined;
  let connection: Database;
  try {
    connection = connectReadOnly(file);
  } catch {
    return undefined;
  }
  try {
    const held = holderIn(connection, file, now);
    if (held !== undefined) throw held;
    return read(connection);
  } finally {
    connection.close();
  }
}

function holderIn(connection: Database, file: string, now: number): FaultsError | undefined {
  const rows = attempt(() => {
    if (!hasTable(connection, 'log_lease')) return [];
    return connection.prepare<[], LeaseRow & { node: string }>('SELECT * FROM log_lease').all();
  });
  const other = rows?.find((row) => isAlive(row, now));
  return other && leaseHeld(file, other.node, other);
}

function read(connection: Database): LeftDatabase | undefined {
  return attempt(() => {
    const heads = connection.prepare<[], { origin: string; size: number }>(
      'SELECT origin, size FROM audit_head',
    );
    const kids = hasTable(connection, 'destroyed_kid')
      ? connection.prepare<[], string>('SELECT kid FROM destroyed_kid').pluck().all()
      : [];
    return { sizes: new Map(heads.all().map(({ origin, size }) => [origin, size])), destroyedKids: kids };
  });
}

/** A database that is damaged says nothing; that is why it is replaced. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
