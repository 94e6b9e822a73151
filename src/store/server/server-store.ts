import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckpointBook } from '../../audit/checkpoint-book.ts';
import { diskCalls } from '../../shared/file-calls.ts';
import { CosignedFiles } from '../cosigned-files.ts';
import { logMissing } from '../head-row.ts';
import { KidTable } from '../kid-table.ts';
import { openLogReader } from '../log-reader.ts';
import { bookOver } from '../open-book.ts';
import { nodeOf } from '../open-log.ts';
import { connectReadOnly } from '../read-only.ts';
import { type BookOptions, type Store } from '../store.ts';
import { StoredWitnessState } from '../witness-state.ts';
import { CopyFile } from './copy-file.ts';
import { LogCopy } from './log-copy.ts';
import { ServerAccessTokens } from './server-access-tokens.ts';
import { serverAddress } from './server-address.ts';
import { serverNow } from './server-clock.ts';
import { ServerCheckpoints } from './server-checkpoints.ts';
import { ServerDestruction } from './server-destruction.ts';
import { openServerDatabase, type ServerDatabase } from './server-database.ts';
import { ServerEvidenceStore } from './server-evidence-store.ts';
import { requireKeyFolder } from './server-key-folder.ts';
import { ServerLease } from './server-lease.ts';
import { ServerRegisters } from './server-registers.ts';
import { ServerWitnessed } from './server-witnessed.ts';

/** Which log of which server, and where what is copied out of it lies. */
export interface ServerStoreAddress {
  /** `postgres://…` or `mssql://…` */
  readonly databaseUrl: string;
  /** `<gateway name>/<node>/<year>` */
  readonly origin: string;
  /** Folder of copies. */
  readonly copies: string;
}

/**
 * Opens the database of an existing log on a server.
 * @throws FaultsError when server, schema or log do not allow it
 */
export async function openServerStore({ databaseUrl, origin, copies }: ServerStoreAddress): Promise<Store> {
  const database = await openServerDatabase(serverAddress(databaseUrl));
  try {
    const copy = await openCopy(database, nodeOf(origin), copies);
    try {
      return await storeOver(database, copy, origin);
    } catch (error) {
      await copy.close();
      throw error;
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The copy of a node's logs, brought up to date by whoever opens it. */
export async function openCopy(database: ServerDatabase, node: string, folder: string): Promise<LogCopy> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${node.replaceAll('/', '_')}.db`);
  return new LogCopy(database, node, await CopyFile.open(file));
}

async function storeOver(database: ServerDatabase, copy: LogCopy, origin: string): Promise<Store> {
  const { knex, engine, place } = database;
  const node = nodeOf(origin);
  await copy.refresh();
  if ((await logNumber(database, origin)) === undefined) throw logMissing(place, origin);
  const kids = connectReadOnly(copy.file);
  const lease = new ServerLease(database, node);
  let serves = false;
  const close = async (): Promise<void> => {
    try {
      if (serves) await lease.release();
    } finally {
      kids.close();
      await copy.close();
      await database.close();
    }
  };
  const registers = new ServerRegisters(knex, engine);
  const evidence = new ServerEvidenceStore(database, node, close);
  const refresh = async (): Promise<void> => copy.refresh();
  return {
    evidence,
    tokens: new ServerAccessTokens(knex),
    kids: new KidTable(kids),
    readable: { url: `sqlite:${copy.file}`, refresh },
    clocks: [{ name: 'database', now: async () => serverNow(knex, engine) }],
    openLogReader: () => openLogReader(copy.file, origin),
    identityRows: async () => registers.identityRows(),
    operators: async () => registers.operators(),
    loweredLimits: async () => registers.loweredLimits(),
    requireKeyFolder: async (mark) => requireKeyFolder(database, mark()),
    serve: async () => {
      await lease.take();
      serves = true;
      evidence.fence(lease.fence());
    },
    openBook: async (options) => openBook(database, copy, options),
    openWitnessState: async ({ folder, key, logger }) => {
      const files = new CosignedFiles(folder, key, diskCalls);
      const table = new ServerWitnessed(database, node);
      return Promise.resolve({ state: new StoredWitnessState({ table, files, key, logger }), shelf: files });
    },
    openDestruction: async () => Promise.resolve(new ServerDestruction(database, refresh)),
    close,
  };
}

async function openBook(
  database: ServerDatabase,
  copy: LogCopy,
  options: BookOptions,
): Promise<CheckpointBook> {
  const log = await logNumber(database, options.origin);
  if (log === undefined) throw logMissing(database.place, options.origin);
  await copy.refresh();
  return bookOver(
    {
      reader: openLogReader(copy.file, options.origin),
      table: new ServerCheckpoints(database.knex, log),
      refresh: async () => copy.refresh(),
    },
    options,
    diskCalls,
  );
}

async function logNumber({ knex }: ServerDatabase, origin: string): Promise<number | undefined> {
  const [log] = await knex('audit_head').where({ origin }).pluck<number[]>('log');
  return log;
}
