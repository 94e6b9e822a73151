import { type Database } from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import { FaultsError } from '../shared/fault.ts';
import { claim, ownerOf } from './application-id.ts';
import { inUse, notOurs, notWritable } from './database-faults.ts';
import { makeDatabaseFile, requireDatabaseFile } from './database-file.ts';
import { migrate } from './migrations/migrate.ts';
import { errorCode } from './store-fault.ts';

/** An opened database of the gateway with its schema up to date. */
export interface OpenDatabase {
  readonly file: string;
  /** A connection of one's own until `close`. A lock held by others fails at once with SQLITE_BUSY. */
  connect(): Promise<Database>;
  close(): Promise<void>;
}

/** Writer, reader, tokens, lease, and one for each open book of checkpoints. */
const CONNECTIONS = 12;

const silent = (): void => undefined;

/**
 * Opens the database and brings its schema up to date.
 * @param create whether a missing file is made; without it a missing file is a fault
 * @param upTo how many steps of the schema are run: all, but where a database is made as an earlier version left it
 * @throws FaultsError when the place or the file does not allow it
 */
export async function openDatabase(file: string, create = false, upTo?: number): Promise<OpenDatabase> {
  if (create) makeDatabaseFile(file);
  else requireDatabaseFile(file);
  const database = connector(file);
  try {
    const { client } = pooled(database);
    const connection = await client.acquireConnection();
    try {
      own(connection, file);
    } finally {
      await client.releaseConnection(connection);
    }
    await migrate(database, file, upTo);
  } catch (error) {
    await database.destroy();
    throw asFault(error, file);
  }
  return openedDatabase(database, file);
}

function openedDatabase(database: Knex, file: string): OpenDatabase {
  const { client } = pooled(database);
  const taken: Database[] = [];
  return {
    file,
    async connect() {
      const connection = await client.acquireConnection();
      taken.push(connection);
      connection.pragma('busy_timeout = 0');
      return connection;
    },
    async close() {
      for (const connection of taken.splice(0)) await client.releaseConnection(connection);
      await database.destroy();
    },
  };
}

function connector(filename: string): Knex {
  return knex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: { min: 0, max: CONNECTIONS, afterCreate: prepareConnection },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

/** Knex types its client as any; these two calls of it give out the connections of the pool. */
interface Pooled {
  readonly client: {
    acquireConnection(): Promise<Database>;
    releaseConnection(connection: Database): Promise<void>;
  };
}

function pooled(database: Knex): Pooled {
  return database as Pooled;
}

/** FULL makes every commit wait for the disk; in WAL the default of the library would not survive a power cut. */
function prepareConnection(connection: Database, done: (error: unknown, connection: Database) => void): void {
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('cache_size = -16384');
    done(null, connection);
  } catch (error) {
    done(error, connection);
  }
}

/** Refuses the database of another program; marks a new one as ours. */
function own(connection: Database, file: string): void {
  const owner = ownerOf(connection);
  if (owner === 'another') throw notOurs(file);
  if (owner === 'nobody') claim(connection);
}

function asFault(error: unknown, file: string): unknown {
  if (error instanceof FaultsError) return error;
  const code = errorCode(error);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return notOurs(file);
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|FULL|IOERR)/.test(code)) return notWritable(file, error);
  if (code.startsWith('SQLITE_BUSY')) return inUse(file);
  return error;
}
