import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { verifyLog } from '../../../src/audit/verify-log.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { findLog, openNewestLog } from '../../../src/store/find-log.ts';
import { commit, ORIGIN, type TemporaryFolder, temporaryFolder, temporaryStore } from './temporary-store.ts';

const NODE = 'gecit.test/node-1';
const NOW = Date.parse('2026-11-29T09:00:00.000Z');

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** A copy of a database with three records, closed, in a folder of its own. */
async function closedDatabase(): Promise<string> {
  await using temporary = await temporaryStore();
  await commit(temporary.store.evidence, 3);
  await temporary.store.close();
  const file = join(folder.path, 'gecit.db');
  cpSync(temporary.file, file);
  return file;
}

function faultOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof FaultsError) return error.faults[0]?.code ?? '';
    throw error;
  }
  return 'none';
}

describe('a log that is only read', () => {
  test('is found and proven without changing the file, though nobody may write it', async () => {
    const file = await closedDatabase();
    chmodSync(file, 0o444);
    const before = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(findLog(`sqlite:${file}`, NODE)).toEqual({ origin: ORIGIN, size: 3 });
    const log = openNewestLog(`sqlite:${file}`, NODE);
    expect(verifyLog(log, NOW)).toMatchObject({ verdict: 'sound', size: 3 });
    log.close();
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(before);
  });

  test('is read in the schema that it has: none of its steps is run', async () => {
    const file = await closedDatabase();
    const database = new Sqlite(file);
    database.exec("INSERT INTO migration (name) VALUES ('999-later'); DROP TABLE audit_kid");
    database.close();
    const log = openNewestLog(`sqlite:${file}`, NODE);
    expect(verifyLog(log, NOW).verdict).toBe('sound');
    log.close();
  });

  test('is the newest of the node', async () => {
    const file = await closedDatabase();
    const database = new Sqlite(file);
    const head =
      "INSERT INTO audit_head (origin, size, root, frontier, last_time) VALUES (?, 0, x'', x'', 0)";
    for (const origin of [`${NODE}/2027`, 'gecit.test/node-10/2030']) database.prepare(head).run(origin);
    database.close();
    expect(findLog(`sqlite:${file}`, NODE)?.origin).toBe(`${NODE}/2027`);
  });

  test('is not there without a file, and nothing is made', () => {
    const url = `sqlite:${join(folder.path, 'none.db')}`;
    expect(findLog(url, NODE)).toBeUndefined();
    expect(faultOf(() => openNewestLog(url, NODE))).toBe('DATABASE_MISSING');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('is missing in a database without tables, or of another node', async () => {
    const url = `sqlite:${await closedDatabase()}`;
    expect(faultOf(() => openNewestLog(url, 'gecit.test/node-2'))).toBe('LOG_MISSING');
    const empty = join(folder.path, 'empty.db');
    writeFileSync(empty, '');
    expect(findLog(`sqlite:${empty}`, NODE)).toBeUndefined();
    expect(faultOf(() => openNewestLog(`sqlite:${empty}`, NODE))).toBe('LOG_MISSING');
  });

  test('is never looked for in the file of another program', () => {
    const file = join(folder.path, 'other.db');
    writeFileSync(file, 'this is no database, only a text that is long enough to look like one'.repeat(20));
    expect(faultOf(() => findLog(`sqlite:${file}`, NODE))).toBe('DATABASE_NOT_OURS');
    const other = new Sqlite(join(folder.path, 'foreign.db'));
    other.exec('CREATE TABLE audit_head (origin, size)');
    other.close();
    expect(faultOf(() => openNewestLog(`sqlite:${join(folder.path, 'foreign.db')}`, NODE))).toBe(
      'DATABASE_NOT_OURS',
    );
  });
});
