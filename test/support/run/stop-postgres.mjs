import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const POLL_MILLISECONDS = 10;

/** Stops the PostgreSQL that the test files of a run shared, if they asked for one, and removes its data. */
export function stopPostgres(runFolder) {
  const file = join(runFolder, 'postgres/server.json');
  if (!existsSync(file)) return;
  const { pid, folder } = JSON.parse(readFileSync(file, 'utf8'));
  while (signal(pid, 'SIGQUIT'))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MILLISECONDS);
  rmSync(folder, { recursive: true, force: true });
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
