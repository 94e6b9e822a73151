import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { diskCalls, type FileCalls } from './file-calls.ts';

/** Mode of a file that only its owner may read. */
export const OWNER_ONLY = 0o600;

/**
 * Writes a file that does not exist yet. It appears under its name whole or not at all, with its mode from the beginning,
 * and is on the disk when the call returns. The folder must be there.
 * @throws NodeJS.ErrnoException EEXIST when the name is taken, be it by another process at this moment: nothing is ever
 *   written over
 */
export function writeNewFile(
  file: string,
  content: string | Buffer,
  mode: number,
  calls: FileCalls = diskCalls,
): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    calls.write(draft, content, mode);
    // Unlike a rename, a link never replaces what has the name already.
    calls.link(draft, file);
  } finally {
    calls.remove(draft);
    // Also where the name is taken: whoever relies on that file relies on its name.
    calls.syncFolder(dirname(file));
  }
}

/**
 * Writes a file in place of the one that has the name, which stays whole until then; on the disk when the call returns.
 * @throws NodeJS.ErrnoException
 */
export function replaceFile(
  file: string,
  content: string | Buffer,
  mode: number,
  calls: FileCalls = diskCalls,
): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    calls.write(draft, content, mode);
    calls.rename(draft, file);
  } finally {
    calls.remove(draft);
    calls.syncFolder(dirname(file));
  }
}

/** Makes the new name itself survive a power cut. */
export function syncFolder(folder: string): void {
  diskCalls.syncFolder(folder);
}
