import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCertificate } from '../identity/certificates/describe-certificate.ts';
import { type DemoFile, readDemoFile } from './demo-file.ts';
import { type DemoFolders, pathOnDisk, realmPaths } from './realm-paths.ts';

/**
 * `absent`: no realm, or one whose making was not finished. `prepared`: whole, but its demo file has not got its name yet.
 * `complete`: whole. `broken`: the demo file is there and does not fit the other files.
 */
export type DemoState = 'absent' | 'prepared' | 'complete' | 'broken';

const OWN_FILES = ['ca.crt', 'ca.key', 'server.crt', 'server.key'];

/** How far the files of the realm have come. */
export function demoState(folders: DemoFolders): DemoState {
  const paths = realmPaths(folders);
  if (existsSync(paths.demoFile)) return isWhole(folders, paths.demoFile) ? 'complete' : 'broken';
  return isWhole(folders, paths.preparedFile) ? 'prepared' : 'absent';
}

/** Fingerprints of the agencies' certificates of a realm that is whole. */
export function realmFingerprints(folders: DemoFolders): string[] {
  const paths = realmPaths(folders);
  const file = existsSync(paths.demoFile) ? paths.demoFile : paths.preparedFile;
  const agencies = contentOf(file)?.agencies ?? [];
  return agencies.map(
    ({ cert }) => describeCertificate(readFileSync(pathOnDisk(folders, cert), 'utf8')).fingerprint,
  );
}

/** Removes every file of a realm, the one that makes it known first. */
export async function removeDemoFiles(folders: DemoFolders): Promise<void> {
  const paths = realmPaths(folders);
  await rm(paths.demoFile, { force: true });
  await rm(paths.preparedFile, { force: true });
  await rm(paths.certificates, { recursive: true, force: true });
}

function isWhole(folders: DemoFolders, file: string): boolean {
  const content = contentOf(file);
  if (content === undefined) return false;
  const { certificates } = realmPaths(folders);
  const named = content.agencies.flatMap(({ cert, key, p12 }) => [cert, key, p12]);
  return [
    ...OWN_FILES.map((name) => join(certificates, name)),
    ...named.map((path) => pathOnDisk(folders, path)),
  ].every((path) => existsSync(path));
}

function contentOf(file: string): DemoFile | undefined {
  return existsSync(file) ? readDemoFile(readFileSync(file, 'utf8')) : undefined;
}
