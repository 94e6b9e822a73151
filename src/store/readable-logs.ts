import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { type FoundLog, findLog } from './find-log.ts';
import { isServerUrl, serverAddress } from './server/server-address.ts';
import { connectServer } from './server/connect-server.ts';
import { type OnCopied } from './server/log-copy.ts';
import { openServerDatabase } from './server/server-database.ts';
import { unreachable } from './server/server-faults.ts';
import { openHead } from './server/server-heads.ts';
import { wholeNumber } from './server/server-rows.ts';
import { openCopy } from './server/server-store.ts';
import { isMigrated } from './migrations/migrate.ts';

/** Folders of copies that are made for one proof. */
const PROOF = 'proof-';
const LONGEST_PROOF_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Where the logs of a node are, and where a server's are copied to. */
export interface LogPlace {
  readonly databaseUrl: string;
  /** First two parts of the origins, `<gateway name>/<node>`. */
  readonly node: string;
  /** Folder of copies. */
  readonly copies: string;
}

/** Logs to be read and nothing else. */
export interface OpenedLogs {
  /** `sqlite:<file>` */
  readonly url: string;
  /** Removes what was made for this reading only. */
  close(): Promise<void>;
}

/**
 * The newest log of a node, or undefined when there is none. Makes no database, no schema, no row.
 * @throws FaultsError when the database cannot be read, or is not the gateway's
 */
export async function findOpenLog({ databaseUrl, node }: LogPlace): Promise<FoundLog | undefined> {
  if (!isServerUrl(databaseUrl)) return findLog(databaseUrl, node);
  const address = serverAddress(databaseUrl);
  const database = connectServer(address);
  try {
    if (!(await isMigrated(database))) return undefined;
    const head = await openHead(database, node);
    return head && { origin: head.origin, size: wholeNumber(head.size) };
  } catch (error) {
    throw unreachable(address.place, error);
  } finally {
    await database.destroy();
  }
}

/** The logs as they stand now, read from the copy that is kept of them where they are on a server. */
export async function readableLogs({ databaseUrl, node, copies }: LogPlace): Promise<string> {
  if (!isServerUrl(databaseUrl)) return databaseUrl;
  const database = await openServerDatabase(serverAddress(databaseUrl));
  try {
    const copy = await openCopy(database, node, copies);
    try {
      await copy.refresh();
    } finally {
      await copy.close();
    }
    return `sqlite:${copy.file}`;
  } finally {
    await database.close();
  }
}

/** The logs for proving: every row of a server's database is read anew, into a copy that ends with the proof. */
export async function logsToProve(
  { databaseUrl, node, copies }: LogPlace,
  onCopied: OnCopied,
): Promise<OpenedLogs> {
  if (!isServerUrl(databaseUrl)) return { url: databaseUrl, close: async () => Promise.resolve() };
  await removeAbandoned(copies);
  const folder = join(copies, `${PROOF}${randomUUID()}`);
  const close = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  const database = await openServerDatabase(serverAddress(databaseUrl));
  try {
    const copy = await openCopy(database, node, folder);
    try {
      await copy.refresh(onCopied);
    } finally {
      await copy.close();
    }
    return { url: `sqlite:${copy.file}`, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    await database.close();
  }
}

/** A process that died while it proved left its copy behind. */
async function removeAbandoned(copies: string): Promise<void> {
  const names = existsSync(copies) ? await readdir(copies) : [];
  for (const folder of names.filter((name) => name.startsWith(PROOF)).map((name) => join(copies, name))) {
    const { mtimeMs } = await stat(folder);
    if (systemClock.now() - mtimeMs > LONGEST_PROOF_MILLISECONDS)
      await rm(folder, { recursive: true, force: true });
  }
}
