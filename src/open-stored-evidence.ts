import { existsSync } from 'node:fs';
import { type EvidenceReader } from './audit/audit-log.ts';
import { type StoredEvidence } from './cli/command-ports.ts';
import { copyFolder, evidenceFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { databaseName } from './store/database-name.ts';
import { findLogs, openLogOf, openNewestLog } from './store/find-log.ts';
import { type LogPlace, logsToProve, readableLogs } from './store/readable-logs.ts';

/**
 * Opens every log of a node for verifying; takes no keys. Of a database on a server every row is read anew first.
 * @param onCopied told how many records are read so far, and how many there are
 * @throws FaultsError when there is no database, it cannot be read, or it holds no log of this node
 */
export async function openStoredEvidence(
  settings: Settings,
  onCopied: (done: number, all: number) => void = () => undefined,
): Promise<StoredEvidence> {
  const { timeStamps } = settings;
  const node = logNode(settings);
  const logs = await logsToProve(placeOf(settings), onCopied);
  // Says which log is looked for where there is none.
  openNewestLog(logs.url, node).close();
  const readers: EvidenceReader[] = [];
  for (const { origin } of findLogs(logs.url, node)) readers.push(openLogOf(logs.url, origin));
  const folder = evidenceFolder(settings);
  return {
    database: {
      file: databaseName(settings.databaseUrl),
      node,
      readers,
      exists: (origin) => findLogs(logs.url, node).some((log) => log.origin === origin),
    },
    folder: existsSync(folder) ? folder : null,
    roots: timeStamps?.roots ?? null,
    close: async () => {
      for (const reader of readers) reader.close();
      await logs.close();
    },
  };
}

/** Every log of a node as it stands now, newest first; whoever opens them closes them. */
export async function openReadableLogs(settings: Settings): Promise<readonly EvidenceReader[]> {
  const url = await readableLogs(placeOf(settings));
  return findLogs(url, logNode(settings))
    .map(({ origin }) => openLogOf(url, origin))
    .reverse();
}

function placeOf(settings: Settings): LogPlace {
  return { databaseUrl: settings.databaseUrl, node: logNode(settings), copies: copyFolder(settings) };
}
