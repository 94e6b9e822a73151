import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withLock } from '../../../scripts/ready/lock.mjs';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-lock-'));
  lock = join(folder, 'dist/.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** No process has this id: Linux stops far below. */
const DEAD_PID = 2 ** 30;

function leaveLock(pid: string): void {
  mkdirSync(lock, { recursive: true });
  if (pid !== '') writeFileSync(join(lock, 'pid'), pid);
}

describe('the lock of installing and building', () => {
  test('lets one at a time through', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, async () => withLock(lock, work)));
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  test('is given back when the work fails', async () => {
    await expect(withLock(lock, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  test('is taken over from a process that died', async () => {
    leaveLock(String(DEAD_PID));
    expect(await withLock(lock, () => 'done')).toBe('done');
  });

  test('is taken over from a process that died before it gave its name', async () => {
    leaveLock('');
    const past = new Date(Date.now() - 60_000);
    utimesSync(lock, past, past);
    expect(await withLock(lock, () => 'done')).toBe('done');
  });

  test('is left to a living process; the wait is told once and ends with a sentence', async () => {
    leaveLock(String(process.ppid));
    let told = 0;
    const onWait = (): void => void (told += 1);
    await expect(withLock(lock, () => 'done', { patienceMs: 250, onWait })).rejects.toThrow(
      'another process holds',
    );
    expect(told).toBe(1);
    expect(existsSync(lock)).toBe(true);
  });

  test('says when its folder cannot be written to', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(withLock(join(folder, 'file', 'lock'), () => 'done')).rejects.toThrow();
  });
});
