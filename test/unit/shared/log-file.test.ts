import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LogFile } from '../../../src/shared/log-file.ts';

let folder: string;
let failures: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-log-file-'));
  failures = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function logFile(change: { bytes?: number; files?: number; folder?: string } = {}): LogFile {
  const failed = (cause: unknown): void => void failures.push(cause);
  return new LogFile({ folder, name: 'gateway', bytes: 1_000, files: 3, failed, ...change });
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

describe('a log file', () => {
  test('keeps lines in the order in which they were written, after those of an earlier process', async () => {
    writeFileSync(join(folder, 'gateway.log'), 'earlier\n');
    const file = logFile();
    for (const line of ['one\n', 'two\n', 'three\n']) file.write(line);
    await file.written();
    expect(read('gateway.log')).toBe('earlier\none\ntwo\nthree\n');
    expect(failures).toEqual([]);
  });

  test('begins anew at its bound and keeps no more files than it may', async () => {
    const file = logFile({ bytes: 1 });
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) {
      file.write(line);
      await file.written();
    }
    expect(readdirSync(folder).sort()).toEqual(['gateway.log', 'gateway1.log', 'gateway2.log']);
    expect([read('gateway.log'), read('gateway1.log'), read('gateway2.log')]).toEqual([
      'four\n',
      'three\n',
      'two\n',
    ]);
  });

  test('gives up lines that cannot be written, says so once and goes on when they can', async () => {
    const gone = join(folder, 'gone');
    const file = logFile({ folder: gone });
    for (const line of ['lost\n', 'lost too\n']) {
      file.write(line);
      await file.written();
    }
    expect(failures).toMatchObject([{ code: 'ENOENT' }]);
    expect(file.lost).toBe(2);
    expect(existsSync(gone)).toBe(false);
    const back = mkdtempSync(join(folder, 'back-'));
    renameSync(back, gone);
    file.write('kept\n');
    await file.written();
    expect(read('gone/gateway.log')).toBe('\nkept\n');
    expect(failures).toHaveLength(1);
    expect(file.lost).toBe(2);
  });

  test('lets ten thousand lines wait, and counts what it gives up', async () => {
    const file = logFile({ bytes: 10_000_000 });
    for (let line = 0; line < 10_010; line++) file.write('x\n');
    await file.written();
    expect(file.lost).toBeGreaterThan(0);
    expect(read('gateway.log')).toHaveLength(2 * (10_010 - file.lost));
  });
});
