import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stop } from './stop.mjs';

const PATIENCE_MS = 10 * 60_000;
/** A holder that has not written its pid for this long died between the two steps. */
const NAMELESS_MS = 10_000;

/** Runs `work` while no other process of this machine holds the lock; a dead holder's lock is taken over. */
export async function withLock(folder, work, { patienceMs = PATIENCE_MS, onWait = () => {} } = {}) {
  mkdirSync(dirname(folder), { recursive: true });
  const until = Date.now() + patienceMs;
  for (let waited = false; !take(folder); waited = true) {
    if (removeStale(folder)) continue;
    if (Date.now() > until) throw new Stop(`another process holds ${folder}; end it or remove the folder.`);
    if (!waited) onWait();
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Stop(`cannot write to ${dirname(folder)} (${error.code}); make the folder writable.`);
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

/** Renaming decides which of two waiters removes a dead holder's lock; a living holder's lock is put back. */
function removeStale(folder) {
  const pid = holder(folder);
  if (pid === undefined ? age(folder) < NAMELESS_MS : isAlive(pid)) return false;
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch {
    return false;
  }
  const moved = holder(aside);
  if (moved !== pid && moved !== undefined && isAlive(moved)) renameSync(aside, folder);
  else rmSync(aside, { recursive: true, force: true });
  return true;
}

function holder(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function age(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
