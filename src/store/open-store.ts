import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { SqliteAccessTokenStore } from './access-token-store.ts';
import { unlessBusy } from './busy.ts';
import { SqliteCheckpointTable } from './checkpoint-table.ts';
import { CosignedFiles } from './cosigned-files.ts';
import { type StoreAddress } from './create-log.ts';
import { databaseFile } from './database-file.ts';
import { DestructionTable } from './destruction/destruction-table.ts';
import { SqliteEvidenceStore } from './evidence-store.ts';
import { logNumber } from './head-row.ts';
import { KidTable } from './kid-table.ts';
import { LogLease } from './log-lease.ts';
import { openLogReader } from './log-reader.ts';
import { bookOver } from './open-book.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { nodeOf } from './open-log.ts';
import { RegisterReader } from './register-reader.ts';
import { isServerUrl } from './server/server-address.ts';
import { openServerStore } from './server/server-store.ts';
import { type BookOptions, type Store } from './store.ts';
import { StoredWitnessState } from './witness-state.ts';
import { SqliteWitnessedTable } from './witnessed-table.ts';

/** A lease is taken while another process may hold the database for a moment. */
const LEASE_WAIT_MILLISECONDS = 1_000;

/**
 * Opens the database of an existing log. Reads throw StoreBusyError while another process recovers the database.
 * @throws FaultsError when place, file, schema or log do not allow it
 */
export async function openStore({ databaseUrl, origin, copies }: StoreAddress): Promise<Store> {
  if (isServerUrl(databaseUrl)) {
    if (copies === undefined) throw new Error('a database on a server needs a folder for copies');
    return openServerStore({ databaseUrl, origin, copies });
  }
  const database = await openDatabase(databaseFile(databaseUrl));
  try {
    return await storeOver(database, origin);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * The store over a database that is open already; `close` closes it.
 * @param calls with which it writes what is kept beside the database
 */
export async function storeOver(
  database: OpenDatabase,
  origin: string,
  calls: FileCalls = diskCalls,
): Promise<Store> {
  const writer = await database.connect();
  const reader = await database.connect();
  const node = nodeOf(origin);
  let lease: LogLease | undefined;
  const close = async (): Promise<void> => {
    try {
      lease?.release();
    } finally {
      await database.close();
    }
  };
  // Says so at once where there is no such log.
  logNumber(reader, database.file, origin);
  const registers = new RegisterReader(reader);
  const evidence = new SqliteEvidenceStore({ writer, reader }, node, close);
  return {
    evidence,
    tokens: new SqliteAccessTokenStore(await database.connect()),
    kids: new KidTable(reader),
    readable: { url: `sqlite:${database.file}`, refresh: alwaysFresh },
    clocks: [],
    openLogReader: () => openLogReader(database.file, origin),
    identityRows: async () => Promise.resolve(unlessBusy(() => registers.identityRows())),
    operators: async () => Promise.resolve(unlessBusy(() => registers.operators())),
    loweredLimits: async () => Promise.resolve(unlessBusy(() => registers.loweredLimits())),
    // The keys of a file's only node lie where its settings say; that they fit is seen when they are used.
    requireKeyFolder: async () => Promise.resolve(),
    serve: async () => {
      const connection = await database.connect();
      connection.pragma(`busy_timeout = ${String(LEASE_WAIT_MILLISECONDS)}`);
      lease = new LogLease(connection, node);
      lease.take(database.file);
      evidence.fence(lease.fence(writer));
    },
    openBook: async (options) => openBook(database, options, calls),
    openWitnessState: async ({ folder, key, logger }) => {
      const files = new CosignedFiles(folder, key, calls);
      const table = new SqliteWitnessedTable(await database.connect(), node);
      return { state: new StoredWitnessState({ table, files, key, logger }), shelf: files };
    },
    openDestruction: async () => new DestructionTable(await database.connect()),
    close,
  };
}

async function openBook(
  database: OpenDatabase,
  options: BookOptions,
  calls: FileCalls,
): Promise<CheckpointBook> {
  const reader = openLogReader(database.file, options.origin);
  const connection = await database.connect();
  const table = new SqliteCheckpointTable(connection, logNumber(connection, database.file, options.origin));
  return bookOver({ reader, table, refresh: alwaysFresh }, options, calls);
}

/** Readers see the database itself. */
async function alwaysFresh(): Promise<void> {
  return Promise.resolve();
}
