import { type EvidenceReader } from '../audit/audit-log.ts';
import { type EvidenceStore } from '../gateway/commit/evidence-store.ts';
import { type AccessTokenStore } from '../identity/access-token.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
import { SqliteAccessTokenStore } from './access-token-store.ts';
import { unlessBusy } from './busy.ts';
import { type StoreAddress } from './create-log.ts';
import { databaseFile } from './database-file.ts';
import { SqliteEvidenceStore } from './evidence-store.ts';
import { logNumber } from './head-row.ts';
import { type KidsInUse, KidTable } from './kid-table.ts';
import { openLogReader } from './log-reader.ts';
import { nodeOf } from './open-log.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
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
  close(): Promise<void>;
}

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

async function storeOver(database: OpenDatabase, origin: string): Promise<Store> {
  const writer = await database.connect();
  const reader = await database.connect();
  const close = async (): Promise<void> => database.close();
  // Says so at once where there is no such log.
  logNumber(reader, database.file, origin);
  const registers = new RegisterReader(reader);
  return {
    evidence: new SqliteEvidenceStore({ writer, reader }, nodeOf(origin), close),
    tokens: new SqliteAccessTokenStore(await database.connect()),
    kids: new KidTable(reader),
    openLogReader: () => openLogReader(database.file, origin),
    identityRows: () => unlessBusy(() => registers.identityRows()),
    operators: () => unlessBusy(() => registers.operators()),
    loweredLimits: () => unlessBusy(() => registers.loweredLimits()),
    close,
  };
}
