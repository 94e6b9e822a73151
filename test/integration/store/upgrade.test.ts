import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { type NodeReport } from '../../../src/audit/verify/report.ts';
import { verifyLog } from '../../../src/audit/verify-log.ts';
import { verifySources } from '../../../src/evidence/verify/verify-sources.ts';
import { adoptUnsignedLogs } from '../../../src/store/adopt-log.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { readLogKey } from '../../../src/store/log-key.ts';
import { openDatabase } from '../../../src/store/open-database.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { earlierDatabase } from '../../support/earlier-database.ts';
import { commit, ORIGIN, type TemporaryFolder, temporaryFolder } from './temporary-store.ts';

const NODE = 'gecit.test/node-1';
const NOW = Date.parse('2026-11-30T10:00:00Z');
/** Steps of the schema that versions were released with. */
const VERSIONS = [3, 4, 5];
/** Names of a table before and after it got another one. */
const RENAMED: Readonly<Record<string, string>> = { witnessed_log: 'cosigned_log' };
/** Of the tool that makes tables. */
const OWN = ['migration', 'migration_lock', 'sqlite_sequence'];

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

interface Upgraded {
  readonly file: string;
  readonly keys: string;
  /** Rows of every table before the upgrade. */
  readonly before: Readonly<Record<string, number>>;
}

/** A database of an earlier version, opened by this one. */
async function upgraded(steps: number, name: string): Promise<Upgraded> {
  const place = join(folder.path, `${name}-${String(steps)}`);
  const [file, keys] = [join(place, 'gecit.db'), join(place, 'keys')];
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  await earlierDatabase(file, steps, keys);
  const before = countsIn(file);
  const database = await openDatabase(file);
  await database.close();
  return { file, keys, before };
}

function countsIn(file: string): Record<string, number> {
  const connection = new Sqlite(file, { readonly: true });
  const tables = connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all()
    .filter((table) => !OWN.includes(table));
  const rowsOf = (table: string): number =>
    connection.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  const counts = Object.fromEntries(tables.map((table) => [RENAMED[table] ?? table, rowsOf(table)]));
  connection.close();
  return counts;
}

function proven(file: string, keys: readonly string[] = []): NodeReport {
  const reader = openLogOf(`sqlite:${file}`, ORIGIN);
  const database = { file, node: NODE, readers: [reader], exists: (origin: string) => origin === ORIGIN };
  const terms = { now: NOW, keys: keys.map(parseVkey), policy: undefined, trusted: undefined, given: [] };
  try {
    return verifySources({ database }, terms);
  } finally {
    reader.close();
  }
}

const codes = ({ logs }: NodeReport): string[] =>
  logs.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity !== 'notice').map(({ code }) => code),
  );

/** One statement for each kind of guard, from every step. */
const FORBIDDEN = [
  "UPDATE audit_leaf SET leaf = x'00' WHERE idx = 1",
  'DELETE FROM audit_leaf WHERE idx = 1',
  'UPDATE audit_head SET size = 1',
  'DELETE FROM audit_root',
  "UPDATE audit_personal SET box = x'00'",
  'DELETE FROM audit_personal',
  'DELETE FROM audit_kid',
  'UPDATE quota_counter SET used = 1',
  'UPDATE register_version SET version = 1',
  "INSERT INTO audit_checkpoint VALUES (1, 7, x'00', 'n', 0)",
  "INSERT INTO audit_subtree SELECT log, level, idx, x'00' FROM audit_subtree",
  "INSERT INTO audit_key VALUES (1, 'another')",
  "INSERT INTO destroyed_kid VALUES ('access-p10y-2026-11', 'none', '2026-11-22', 'r', NULL)",
  "INSERT INTO installation VALUES (1, 'a'), (1, 'b')",
];

describe.each(VERSIONS)('a database of the version with %i steps of the schema', (steps) => {
  test('keeps every row of every table', async () => {
    const { file, before } = await upgraded(steps, 'counts');
    const after = countsIn(file);
    expect(before).toMatchObject({ audit_leaf: 301, audit_personal: 300, audit_root: 3, operator: 2 });
    expect(after).toMatchObject(before);
    const added = Object.entries(after).filter(([table]) => !Object.hasOwn(before, table));
    expect(added.filter(([, rows]) => rows > 0)).toEqual([]);
  });

  test('has a sound log, to which this version appends', async () => {
    const { file, keys } = await upgraded(steps, 'log');
    adoptUnsignedLogs(file, keys);
    const store = await openStore({ databaseUrl: `sqlite:${file}`, origin: ORIGIN });
    const { size } = await commit(store.evidence, 20);
    await store.close();
    const reader = openLogOf(`sqlite:${file}`, ORIGIN);
    expect(verifyLog(reader, NOW)).toMatchObject({ verdict: 'sound', size });
    reader.close();
    expect(size).toBe(321);
  });

  test('refuses what would rewrite evidence', async () => {
    const { file, keys } = await upgraded(steps, 'guards');
    adoptUnsignedLogs(file, keys);
    const connection = new Sqlite(file);
    const passed = FORBIDDEN.filter((statement) => {
      try {
        connection.exec(statement);
        return true;
      } catch {
        return false;
      }
    });
    connection.close();
    expect(passed).toEqual([]);
    expect(codes(proven(file, [readLogKey(keys, ORIGIN).vkey]))).toEqual([]);
  });
});

test('a log that was begun before logs were signed is signed from now on, by a key that others must keep', async () => {
  const { file, keys } = await upgraded(3, 'unsigned');
  expect(codes(proven(file)).sort()).toEqual(['key-missing', 'opening-missing', 'subtree-missing']);
  expect(adoptUnsignedLogs(file, keys)).toEqual([ORIGIN]);
  expect(adoptUnsignedLogs(file, keys)).toEqual([]);
  expect(codes(proven(file))).toEqual(['opening-missing']);
  const { vkey } = readLogKey(keys, ORIGIN);
  expect(proven(file, [vkey])).toMatchObject({ verdict: 'sound', logs: [{ key: { trust: 'pinned' } }] });

  const store = await openStore({ databaseUrl: `sqlite:${file}`, origin: ORIGIN });
  const clock = { now: (): number => NOW };
  const evidenceFolder = join(folder.path, 'evidence');
  const book = await store.openBook({
    origin: ORIGIN,
    keyFolder: keys,
    evidenceFolder,
    clock,
    pauseMilliseconds: 0,
  });
  expect((await book.publish()).size).toBe(301);
  book.close();
  await store.close();
  expect(proven(file, [vkey])).toMatchObject({ verdict: 'sound', logs: [{ checkpoints: { newest: 301 } }] });
});
