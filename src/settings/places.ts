import { join } from 'node:path';
import { type Settings } from './settings.ts';

/** First two parts of the origin of this node's logs. */
export function logNode({ gatewayName, node }: Settings): string {
  return `${gatewayName}/${node}`;
}

/** Where sealed evidence lies, apart from the database and what restores it. */
export function evidenceFolder({ folders }: Settings): string {
  return join(folders.logs, 'evidence');
}

/** Where keys lie: apart from the database and from whatever copies it. */
export function keyFolder({ folders }: Settings): string {
  return folders.keys;
}

/** Where the logs of a database on a server are copied to: derived from it, and made anew when they are deleted. */
export function copyFolder({ folders }: Settings): string {
  return join(folders.data, 'copies');
}

/** Where the search indexes lie: derived from the log, and built anew when they are deleted. */
export function searchFolder({ folders }: Settings): string {
  return join(folders.data, 'search');
}
