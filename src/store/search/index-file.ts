import { existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { makeDatabaseFile } from '../database-file.ts';
import { errorCode } from '../store-fault.ts';

/** Another number means that the file is built anew. */
export const VERSION = 2;
const LOCK_MILLISECONDS = 5000;
const WRITE_CACHE_KIB = 65_536;

/** A month whose file is finished: its records, from `first` up to, not including, `next`. */
export interface FinishedMonth {
  /** `YYYY-MM` */
  readonly month: string;
  readonly first: number;
  readonly next: number;
}

/** What one file holds: the records of one log from `first` up to, not including, `next`. */
export interface IndexState {
  readonly origin: string;
  readonly first: number;
  readonly next: number;
  /** Stored hash of the leaf before `next`: tells the log that was indexed from any other. */
  readonly hash: Buffer;
  /** The months before, oldest first, so that the newest file alone tells what the index holds. */
  readonly earlier: readonly FinishedMonth[];
}

/**
 * What one transaction took in is kept in blocks, named by its first index. `facet` holds the distinct combinations of catalogue
 * values, with the range of indexes that have it; `block` the facet of each record (`facet-block.ts`); `tag` the tags of the records
 * (`tag-entries.ts`), apart by kid, since a kid's tags go when its keys are destroyed.
 */
const SCHEMA = `
  CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, origin TEXT NOT NULL, first INTEGER NOT NULL,
    next INTEGER NOT NULL, hash BLOB NOT NULL, earlier TEXT NOT NULL);
  CREATE TABLE facet (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, type TEXT, agency TEXT, agreement TEXT,
    operation TEXT, purpose TEXT, code TEXT, outcome TEXT, action TEXT, first INTEGER NOT NULL, last INTEGER NOT NULL);
  CREATE INDEX facet_agency ON facet (agency);
  CREATE INDEX facet_agreement ON facet (agreement);
  CREATE INDEX facet_code ON facet (code);
  CREATE TABLE block (first INTEGER PRIMARY KEY, facets BLOB NOT NULL);
  CREATE TABLE kid (id INTEGER PRIMARY KEY, kid TEXT NOT NULL UNIQUE);
  CREATE TABLE tag (kid INTEGER NOT NULL, place BLOB NOT NULL, first INTEGER NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (kid, place, first)) WITHOUT ROWID;
`;

/** Opens an index file for reading; undefined where there is none. What it is shows when its state is read. */
export function readIndexFile(file: string): Database | undefined {
  if (!existsSync(file)) return undefined;
  return new Sqlite(file, { readonly: true, fileMustExist: true, timeout: LOCK_MILLISECONDS });
}

/**
 * Opens an index file for writing and makes it where it is missing; undefined where it is no index file of this version.
 * Without waiting for the disk: a file that a power cut leaves behind is consistent, and what it lacks is indexed again.
 * Deleted rows are overwritten with zeros, since tags of a destroyed month must be gone.
 */
export function writeIndexFile(
  file: string,
  lockMilliseconds: number = LOCK_MILLISECONDS,
): Database | undefined {
  makeDatabaseFile(file);
  return unlessDamaged(() => {
    const connection = new Sqlite(file, { fileMustExist: true, timeout: lockMilliseconds });
    return usable(connection, () => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = NORMAL');
      connection.pragma('secure_delete = ON');
      connection.pragma(`cache_size = -${String(WRITE_CACHE_KIB)}`);
      connection
        .transaction(() => {
          if (isEmpty(connection)) connection.exec(SCHEMA);
        })
        .immediate();
      return isCurrent(connection);
    });
  });
}

/** Undefined in a file that nothing was indexed into yet, and in one of another version or another program. */
export function stateOf(connection: Database): IndexState | undefined {
  try {
    const row = connection
      .prepare<[number], Omit<IndexState, 'earlier'> & { readonly earlier: string }>(
        'SELECT origin, first, next, hash, earlier FROM state WHERE version = ?',
      )
      .get(VERSION);
    return row && { ...row, earlier: JSON.parse(row.earlier) as readonly FinishedMonth[] };
  } catch (error) {
    // No such table, or no such column.
    if (errorCode(error) === 'SQLITE_ERROR') return undefined;
    throw error;
  }
}

/**
 * Makes the file of a month that is over cheap to open: without side files. While somebody else has it open it stays as it is,
 * which costs the next searches a millisecond each.
 */
export function finishIndexFile(connection: Database): void {
  try {
    // What was written is on the disk before the next month begins, so that a power cut leaves no gap between files.
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.pragma('journal_mode = DELETE');
  } catch (error) {
    if (!errorCode(error).startsWith('SQLITE_BUSY')) throw error;
  }
}

/** Whether the error says that the file is no database any more. */
export function isDamage(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

function usable(connection: Database, check: () => boolean): Database | undefined {
  try {
    if (check()) return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
  connection.close();
  return undefined;
}

/** @throws SqliteError where the file is of another program */
function isCurrent(connection: Database): boolean {
  const holds = connection.prepare<[number]>('SELECT 1 FROM state WHERE version <> ?');
  return holds.get(VERSION) === undefined;
}

function isEmpty(connection: Database): boolean {
  return connection.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function unlessDamaged(open: () => Database | undefined): Database | undefined {
  try {
    return open();
  } catch (error) {
    if (isDamage(error) || errorCode(error) === 'SQLITE_ERROR') return undefined;
    throw error;
  }
}
