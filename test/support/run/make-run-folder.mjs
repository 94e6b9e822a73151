import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** Several times what the files of a whole run take at once. */
const ROOM_BYTES = 4 * 2 ** 30;

/**
 * Makes the folder that the test files of this run share; their temporary files lie in it. It is in memory where that
 * has room: no claim rests on what survives a loss of power.
 */
export default function makeRunFolder() {
  const folder = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'gecit-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  process.env.TMPDIR = folder;
}

function hasRoom(folder) {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}
