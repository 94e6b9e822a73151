import { copyFileSync, constants, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { causeText } from './backup-error.ts';

/** What sealing leaves for moments: locks, drafts. */
const PASSING = /(?:^_sealing-\d+\.lock|\.new)$/;
/** Where a second name cannot be had, the content is copied. */
const NO_LINKS: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EACCES']);

/**
 * Names of the files below a folder, with slashes, sorted by folder; without drafts and locks. None where there is no folder.
 */
export function filesBelow(folder: string): string[] {
  return [...walk(folder, '')];
}

/**
 * Keeps what a folder holds at this moment under other names, at next to no cost: files of evidence never change in place,
 * they are made whole or replaced whole.
 * @param to must not exist
 * @returns names of the files, with slashes
 */
export function snapshotFolder(from: string, to: string): string[] {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const names = filesBelow(from);
  return names.filter((name) => {
    const target = join(to, name);
    mkdirSync(join(target, '..'), { recursive: true, mode: 0o700 });
    return keepName(join(from, name), target);
  });
}

function keepName(file: string, target: string): boolean {
  try {
    linkSync(file, target);
    return true;
  } catch (error) {
    const code = causeText(error);
    // Replaced by a newer one, or removed, since the folder was listed.
    if (code === 'ENOENT') return false;
    if (!NO_LINKS.has(code)) throw error;
    copyFileSync(file, target, constants.COPYFILE_EXCL);
    return true;
  }
}

function* walk(folder: string, path: string): Generator<string> {
  const entries = entriesOf(join(folder, path)).sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(folder, name);
    else if (entry.isFile() && !PASSING.test(entry.name)) yield name;
  }
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch (error) {
    if (causeText(error) === 'ENOENT') return [];
    throw error;
  }
}

function readEntries(folder: string): { name: string; isFile(): boolean; isDirectory(): boolean }[] {
  return readdirSync(folder, { withFileTypes: true });
}
