import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What is shared: a copy of its folder, which it may remove when it is disposed of. */
export interface Made extends AsyncDisposable {
  readonly folder: string;
}

const POLL_MILLISECONDS = 20;

/**
 * A folder that the test files of one run of jest share, not to be changed: the first that asks for a name makes it,
 * and the others wait. A process that jest does not run shares it with itself.
 */
export async function sharedFolder(name: string, make: () => Promise<Made>): Promise<string> {
  const run = runFolder();
  const [shared, lock] = [join(run, name), join(run, `${name}.lock`)];
  while (!existsSync(shared)) {
    if (!tryLock(lock)) {
      await pause(POLL_MILLISECONDS);
      continue;
    }
    try {
      if (!existsSync(shared)) await fill(shared, make);
    } finally {
      rmSync(lock, { recursive: true });
    }
  }
  return shared;
}

/** What one run of jest shares, made and removed by jest; see `run/`. */
export function runFolder(): string {
  const given = process.env['TEST_RUN_FOLDER'];
  if (given !== undefined) return given;
  const folder = mkdtempSync(join(tmpdir(), 'gecit-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function fill(shared: string, make: () => Promise<Made>): Promise<void> {
  await using made = await make();
  cpSync(made.folder, `${shared}.part`, { recursive: true });
  renameSync(`${shared}.part`, shared);
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
