import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from './keys/key-folder.ts';
import { exclusively } from './keys/key-lock.ts';

/** Record keys, tombstones, and keys of the gateway itself; no lock, no draft. */
const KEY_FILE = /^[\w.-]+\.(?:json|key|destroyed)$/;
const TOMBSTONE = /\.destroyed$/;

/** Names of the files of a key folder, sorted. */
export function keyFileNames(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => KEY_FILE.test(name))
    .sort();
}

/** Names of the files that a gateway needs to serve and to open what it sealed: all but those of keys that are destroyed. */
export function neededKeyFiles(folder: string): string[] {
  const names = keyFileNames(folder);
  const dead = new Set(
    names.filter((name) => name.endsWith('.destroyed')).map((name) => name.replace(TOMBSTONE, '.json')),
  );
  return names.filter((name) => !name.endsWith('.destroyed') && !dead.has(name));
}

/**
 * Every key of a folder as it is at one moment: no rotation and no destruction is under way. Keys of destroyed kids are left
 * out, their tombstones are not.
 * @throws FaultsError KEY_FOLDER_BUSY
 */
export function readKeyFolder(folder: string): ReadonlyMap<string, Buffer> {
  return exclusively(folder, 'rotation', () =>
    exclusively(folder, 'keys', () => {
      const names = [
        ...neededKeyFiles(folder),
        ...keyFileNames(folder).filter((name) => name.endsWith('.destroyed')),
      ];
      return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
    }),
  );
}
