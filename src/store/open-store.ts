import { type EvidenceReader } from '../audit/audit-log.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { type ConflictShelf } from '../audit/witness/witness.ts';
import { type EvidenceStore } from '../gateway/commit/evidence-store.ts';
import { type AccessTokenStore } from '../identity/access-token.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
import { SqliteAccessTokenStore } from './access-token-store.ts';
import { unlessBusy } from './busy.ts';
import { type StoreAddress } from './create-log.ts';
import { databaseFile } from './database-file.ts';
import { DestructionTable } from './destruction/destruction-table.ts';
import { type DestructionRegister } from '../privacy/destruction/destruction-register.ts';
import { SqliteEvidenceStore } from './evidence-store.ts';
import { logNumber } from './head-row.ts';
import { type KidsInUse, KidTable } from './kid-table.ts';
import { openLogReader } from './log-reader.ts';
import { CheckpointTable } from './checkpoint-table.ts';
import { StoredCheckpointBook } from './checkpoint-book.ts';
import { logKeyFile, type LogSigner, otherKey, readLogKey, signerOfEnded } from './log-key.ts';
import { LogLease } from './log-lease.ts';
import { SignedMark, signedMarkFile } from './signed-mark.ts';
import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { type Clock } from '../shared/clock.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { type Logger } from '../shared/logger.ts';
import { CosignedFiles } from './cosigned-files.ts';
import { nodeOf } from './open-log.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { StoredWitnessState } from './witness-state.ts';
import { RegisterReader } from './register-reader.ts';

/** The gateway's own database, opened. */
export interface Store {
  readonly evidence: EvidenceStore;
  readonly tokens: AccessTokenStore;
  readonly kids: KidsInUse;
  /** A reader over a connection of its own; whoever opens it closes it. */
  openLogReader(): EvidenceReader;
  identityRows(): IdentityRows;
  operators(): readonly Operator[];
  /** Limits lowered in operation, by quota scope. */
  loweredLimits(): ReadonlyMap<string, number>;
  /**
   * Takes the right to serve this node's log until `close`; every commit checks it.
   * @throws FaultsError LOG_IN_USE while another process has it
   */
  serve(): Promise<void>;
  /** The book of one of the node's logs, over connections of its own; whoever opens it closes it. */
  openBook(options: BookOptions): Promise<CheckpointBook>;
  /** What this node's witness cosigned, over a connection of its own. */
  openWitnessState(options: WitnessStateOptions): Promise<OpenWitnessState>;
  /** Holds and destruction, over a connection of their own until `close`. */
  openDestruction(): Promise<DestructionRegister>;
  close(): Promise<void>;
}

/** Where the files of a witness lie, and who it is. */
export interface WitnessStateOptions {
  readonly folder: string;
  readonly key: NoteKey;
  readonly logger: Logger;
}

/** The records of a witness, and the notes that it refused. */
export interface OpenWitnessState {
  readonly state: StoredWitnessState;
  readonly shelf: ConflictShelf;
}

/** Which log, and where its key and its newest signature lie. */
export interface BookOptions {
  readonly origin: string;
  readonly keyFolder: string;
  readonly evidenceFolder: string;
  readonly clock: Clock;
  readonly pauseMilliseconds: number;
}

/** A lease is taken while another process may hold the database for a moment. */
const LEASE_WAIT_MILLISECONDS = 1_000;

/**
 * Opens the database of an existing log. Reads throw StoreBusyError while another process recovers the database.
 * @throws FaultsError when place, file, schema or log do not allow it
 */
export async function openStore({ databaseUrl, origin }: StoreAddress): Promise<Store> {
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
    openLogReader: () => openLogReader(database.file, origin),
    identityRows: () => unlessBusy(() => registers.identityRows()),
    operators: () => unlessBusy(() => registers.operators()),
    loweredLimits: () => unlessBusy(() => registers.loweredLimits()),
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
      const connection = await database.connect();
      return { state: new StoredWitnessState({ connection, files, key, logger }), shelf: files };
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
  const { origin, keyFolder, evidenceFolder, clock, pauseMilliseconds } = options;
  const reader = openLogReader(database.file, origin);
  try {
    const signer = signerOf(reader, keyFolder);
    if (reader.vkey() !== signer.vkey) throw otherKey(logKeyFile(keyFolder, origin));
    const connection = await database.connect();
    const table = new CheckpointTable(connection, logNumber(connection, database.file, origin));
    const mark = new SignedMark(signedMarkFile(evidenceFolder, origin), calls);
    return new StoredCheckpointBook({ reader, table, signer, mark, clock, pauseMilliseconds });
  } catch (thrown) {
    reader.close();
    throw thrown;
  }
}

function signerOf(reader: EvidenceReader, keyFolder: string): LogSigner {
  const { origin, next } = reader.head();
  const vkey = reader.vkey();
  return next === null || vkey === undefined
    ? readLogKey(keyFolder, origin)
    : signerOfEnded(keyFolder, origin, vkey);
}
