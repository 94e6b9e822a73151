import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite, { type Database } from 'better-sqlite3';
import { commit, ORIGIN, type TemporaryStore, temporaryStore } from './temporary-store.ts';

/** What any program can try that opens the file as a database. */
const FORBIDDEN: readonly [string, string][] = [
  ['changing a leaf', "UPDATE audit_leaf SET leaf = x'00' WHERE idx = 1"],
  ['replacing a leaf by UPDATE', 'UPDATE OR REPLACE audit_leaf SET idx = 0 WHERE idx = 1'],
  ['deleting a leaf', 'DELETE FROM audit_leaf WHERE idx = 1'],
  ['deleting every leaf', 'DELETE FROM audit_leaf'],
  ['inserting a leaf at a taken index', leafAt('INSERT', 1)],
  ['replacing a leaf', leafAt('REPLACE', 1)],
  ['inserting a leaf before the log', leafAt('INSERT', -1)],
  ['leaving a gap', leafAt('INSERT', 4)],
  [
    'replacing a leaf through its query id',
    leafAt('REPLACE', 3, '(SELECT query_id FROM audit_leaf WHERE idx = 1)'),
  ],
  [
    'replacing a leaf through its rowid',
    `REPLACE INTO audit_leaf (rowid, log, idx, query_id, leaf, leaf_hash) VALUES (1, 1, 3, 'new', x'00', x'00')`,
  ],
  ['a leaf of no log', leafAt('INSERT', 0, "'new'", 9)],
  ['moving the head back', 'UPDATE audit_head SET size = 1'],
  ['emptying the head', 'UPDATE audit_head SET size = 0'],
  ['moving the head beyond the leaves', 'UPDATE audit_head SET size = 4'],
  ['changing the root of the head', "UPDATE audit_head SET root = x'00'"],
  ['renaming the log', "UPDATE audit_head SET origin = 'other', size = 3"],
  ['deleting the head', 'DELETE FROM audit_head'],
  ['a second head of the log', headOf('INSERT', `'${ORIGIN}'`)],
  ['replacing the head', headOf('REPLACE', `'${ORIGIN}'`)],
  [
    'replacing the head through its number',
    "REPLACE INTO audit_head (log, origin, size, root, frontier, last_time) VALUES (1, 'other', 0, x'00', x'', 0)",
  ],
  ['a new head that is not empty', headOf('INSERT', "'other'", 3)],
  ['changing a stored root', "UPDATE audit_root SET root = x'00'"],
  ['deleting a stored root', 'DELETE FROM audit_root'],
  ['storing a root that the head does not have', "INSERT INTO audit_root VALUES (1, 3, x'00', 0)"],
  ['replacing a stored root', 'REPLACE INTO audit_root SELECT log, size, root, 0 FROM audit_head'],
  ['changing a personal part', "UPDATE audit_personal SET box = x'00'"],
  ['deleting a personal part', 'DELETE FROM audit_personal'],
  ['a personal part of no leaf', personalAt('INSERT', 3)],
  ['replacing a personal part', personalAt('REPLACE', 1)],
  ['renaming a kid', "UPDATE audit_kid SET kid = 'other'"],
  ['forgetting a kid', 'DELETE FROM audit_kid'],
  ['a kid twice', 'REPLACE INTO audit_kid SELECT kid FROM audit_kid'],
  ['replacing a kid through its rowid', "REPLACE INTO audit_kid (rowid, kid) VALUES (1, 'other')"],
  ['lowering a counter', 'UPDATE quota_counter SET used = 1'],
  ['moving a counter to another day', "UPDATE quota_counter SET day = '2026-11-23', used = 9"],
  ['deleting a counter', 'DELETE FROM quota_counter'],
  ['replacing a counter', "REPLACE INTO quota_counter VALUES ('agreement:a', '2026-11-22', 0)"],
  [
    'replacing a counter through its rowid',
    "REPLACE INTO quota_counter (rowid, scope, day, used) VALUES (1, 'agreement:a', '2026-11-23', 0)",
  ],
  ['taking the version of the registers back', 'UPDATE register_version SET version = version - 1'],
  ['deleting the version of the registers', 'DELETE FROM register_version'],
  ['a second version of the registers', 'INSERT INTO register_version VALUES (2, 1)'],
];

function leafAt(verb: string, index: number, queryId = "'new'", log = 1): string {
  return `${verb} INTO audit_leaf (log, idx, query_id, leaf, leaf_hash)
    VALUES (${String(log)}, ${String(index)}, ${queryId}, x'00', x'00')`;
}

function headOf(verb: string, origin: string, size = 0): string {
  return `${verb} INTO audit_head (origin, size, root, frontier, last_time)
    VALUES (${origin}, ${String(size)}, x'00', x'', 0)`;
}

function personalAt(verb: string, index: number): string {
  return `${verb} INTO audit_personal (log, idx, kid, salt, slot, nonce, box, purge_after)
    VALUES (1, ${String(index)}, 'k', x'00', 0, x'00', x'00', '2026-01-01')`;
}

describe('the database itself refuses [R002-082]', () => {
  let temporary: TemporaryStore;
  let anyProgram: Database;

  beforeAll(async () => {
    temporary = await temporaryStore();
    await commit(temporary.store.evidence, 3);
    await temporary.store.evidence.transact(async (transaction) => {
      await transaction.moveCounters([{ scope: 'agreement:a', day: '2026-11-22', from: 0, to: 3 }]);
    });
    anyProgram = new Sqlite(temporary.file);
  });

  afterAll(async () => {
    anyProgram.close();
    await temporary[Symbol.asyncDispose]();
  });

  test.each(FORBIDDEN)('%s', (_, sql) => {
    const before = contents(anyProgram);
    expect(() => anyProgram.exec(sql)).toThrow(/constraint|no (UPDATE|DELETE)|only|one /);
    expect(contents(anyProgram)).toEqual(before);
  });

  test('each of these on a table that has rows', () => {
    expect(contents(anyProgram).map((rows) => rows.length)).toEqual([3, 1, 1, 3, 1, 1, 1]);
  });
});

const GUARDED = [
  'audit_leaf',
  'audit_head',
  'audit_root',
  'audit_personal',
  'audit_kid',
  'quota_counter',
  'register_version',
];

function contents(connection: Database): unknown[][] {
  return GUARDED.map((table) => connection.prepare(`SELECT rowid, * FROM ${table}`).all());
}
