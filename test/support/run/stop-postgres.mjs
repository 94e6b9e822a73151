import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MILLISECONDS = 10;

/** Stops the PostgreSQL that the test files of a run shared, if they asked for one, and removes its data. */
export async function stopPostgres(runFolder) {
  const server = quitPostgres(runFolder);
  if (server === undefined) return;
  while (signal(server.pid, 0)) await pause(POLL_MILLISECONDS);
  for (const folder of server.folders) rmSync(folder, { recursive: true, force: true });
}

/** Tells it to stop; a server whose data are gone ends by itself. */
export function quitPostgres(runFolder) {
  const file = join(runFolder, 'postgres/server.json');
  if (!existsSync(file)) return undefined;
  const server = JSON.parse(readFileSync(file, 'utf8'));
  signal(server.pid, 'SIGQUIT');
  return server;
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
