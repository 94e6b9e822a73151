import { existsSync } from 'node:fs';
import { type EvidenceReader } from './audit/audit-log.ts';
import { type StoredEvidence } from './cli/command-ports.ts';
import { evidenceFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { databaseFile } from './store/database-file.ts';
import { findLogs, openLogOf, openNewestLog } from './store/find-log.ts';

/**
 * Opens every log of a node for verifying; takes no keys and makes no file.
 * @throws FaultsError when there is no database, it cannot be read, or it holds no log of this node
 */
export function openStoredEvidence(settings: Settings): StoredEvidence {
  const { databaseUrl, timeStamps } = settings;
  const node = logNode(settings);
  // Says which log is looked for where there is none.
  openNewestLog(databaseUrl, node).close();
  const readers: EvidenceReader[] = [];
  for (const { origin } of findLogs(databaseUrl, node)) readers.push(openLogOf(databaseUrl, origin));
  const folder = evidenceFolder(settings);
  return {
    database: {
      file: databaseFile(databaseUrl),
      node,
      readers,
      exists: (origin) => findLogs(databaseUrl, node).some((log) => log.origin === origin),
    },
    folder: existsSync(folder) ? folder : null,
    roots: timeStamps?.roots ?? null,
    close: () => {
      for (const reader of readers) reader.close();
    },
  };
}
