import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundLog, findLog } from './find-log.ts';
import { isServerUrl, serverAddress } from './server/server-address.ts';
import { connectServer } from './server/connect-server.ts';
import { unreachable } from './server/server-errors.ts';
import { type OnCopied } from './server/log-copy.ts';
import { openServerDatabase } from './server/server-database.ts';
import { openHead } from './server/server-log-rows.ts';
import { wholeNumber } from './server/server-rows.ts';
import { openCopy } from './server/server-store.ts';
import { isMigrated } from './migrations/migrate.ts';

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
  const folder = join(copies, `proof-${String(process.pid)}`);
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
