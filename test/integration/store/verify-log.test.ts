import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite, { type Database } from 'better-sqlite3';
import { leafHash } from '../../../src/audit/merkle.ts';
import { type Verification, verifyLog } from '../../../src/audit/verify-log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openLogReader } from '../../../src/store/log-reader.ts';
import {
  append,
  commit,
  ORIGIN,
  personalPart,
  type TemporaryStore,
  temporaryStore,
} from './temporary-store.ts';

/** Commits of the log under test: leaves 0–2, 3, 4–7, 8–9. */
const COMMITS = [3, 1, 4, 2];

/** A week after the records. */
const NOW = Date.parse('2026-11-29T09:00:00.000Z');

let temporary: TemporaryStore;

beforeEach(async () => {
  temporary = await temporaryStore();
  for (const count of COMMITS) await commit(temporary.store.evidence, count);
});

afterEach(async () => {
  await temporary[Symbol.asyncDispose]();
});

/** Edits the file as its owner can: guards dropped, then anything. */
function tamper(edit: (database: Database) => unknown): void {
  const database = new Sqlite(temporary.file);
  database.pragma('foreign_keys = OFF');
  const triggers = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck();
  for (const trigger of triggers.all()) database.exec(`DROP TRIGGER ${trigger}`);
  edit(database);
  database.close();
}

function verify(): Verification {
  const reader = openLogReader(temporary.file, ORIGIN);
  try {
    return verifyLog(reader, NOW);
  } finally {
    reader.close();
  }
}

function flippedByte(database: Database, column: 'leaf' | 'leaf_hash', index: number): Buffer {
  const bytes = database
    .prepare<[number], Buffer>(`SELECT ${column} FROM audit_leaf WHERE idx = ?`)
    .pluck()
    .get(index);
  if (bytes === undefined) throw new Error('no such leaf');
  const place = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  return bytes;
}

function setLeaf(database: Database, index: number, values: { leaf?: Buffer; leaf_hash?: Buffer }): void {
  for (const [column, bytes] of Object.entries(values)) {
    database.prepare(`UPDATE audit_leaf SET ${column} = ? WHERE idx = ?`).run(bytes, index);
  }
}

describe('an untouched log', () => {
  test('is sound while the gateway runs', () => {
    expect(verify()).toMatchObject({ verdict: 'sound', size: 10, firstBadIndex: null });
  });

  test('is sound after the gateway stopped', async () => {
    await temporary.store.close();
    expect(verify()).toMatchObject({ verdict: 'sound', size: 10 });
  });

  test('is sound at the moment of asking while others append', async () => {
    const reader = openLogReader(temporary.file, ORIGIN);
    const other = await openStore(temporary.address);
    const found = reader.atOneMoment(() => {
      const { size } = reader.head();
      const appended = other.evidence.transact(async (tx) => append(tx, [personalPart()]));
      return { before: size, appended, verification: verifyLog(reader, NOW) };
    });
    expect((await found.appended).size).toBe(11);
    expect(found.verification).toMatchObject({ verdict: 'sound', size: 10 });
    expect(verifyLog(reader, NOW)).toMatchObject({ verdict: 'sound', size: 11 });
    reader.close();
    await other.close();
  });
});

describe('personal parts', () => {
  test('deleted before their retention ended make the log incomplete, from the first of them [R002-080]', () => {
    tamper((database) => database.exec('DELETE FROM audit_personal WHERE idx IN (4, 7)'));
    expect(verify()).toMatchObject({ verdict: 'incomplete', firstBadIndex: 4, missingParts: 2 });
  });

  test('deleted afterwards leave the log sound', () => {
    tamper((database) => database.exec('DELETE FROM audit_personal'));
    const reader = openLogReader(temporary.file, ORIGIN);
    expect(verifyLog(reader, Date.parse('2037-01-01'))).toMatchObject({ verdict: 'sound', missingParts: 0 });
    reader.close();
  });
});

describe('an edited file is found with its place [R002-082]:', () => {
  test.each<[string, number | null, (database: Database) => unknown]>([
    ['a byte of a leaf', 5, (database) => { setLeaf(database, 5, { leaf: flippedByte(database, 'leaf', 5) }); }],
    ['a byte of a leaf hash', 5, (database) => { setLeaf(database, 5, { leaf_hash: flippedByte(database, 'leaf_hash', 5) }); }],
    ['a leaf of another type', 5, (database) => database.exec('UPDATE audit_leaf SET leaf = 7 WHERE idx = 5')],
    ['a leaf turned into text', null, (database) => database.exec('UPDATE audit_leaf SET leaf = CAST(leaf AS TEXT) WHERE idx = 5')],
    ['a query id', 6, (database) => database.exec("UPDATE audit_leaf SET query_id = 'other' WHERE idx = 6")],
    ['two leaves swapped', 4, (database) => database.exec('UPDATE audit_leaf SET idx = idx + 100 WHERE idx IN (4, 6); UPDATE audit_leaf SET idx = 110 - idx WHERE idx >= 100')],
    ['a leaf deleted', 4, (database) => database.exec('DELETE FROM audit_leaf WHERE idx = 4')],
    ['a leaf deleted and the rest moved up', 3, (database) => database.exec('DELETE FROM audit_leaf WHERE idx = 3; UPDATE audit_leaf SET idx = idx - 1 WHERE idx > 3')],
    ['the first leaf deleted', 0, (database) => database.exec('DELETE FROM audit_leaf WHERE idx = 0')],
    ['every leaf deleted', 0, (database) => database.exec('DELETE FROM audit_leaf')],
    ['the tail cut', 8, (database) => database.exec('DELETE FROM audit_leaf WHERE idx >= 8')],
    ['a leaf before the log', 0, (database) => database.exec("INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (1, -1, 'new', x'00', x'00')")],
    ['a stored root', 4, (database) => database.exec('UPDATE audit_root SET root = randomblob(32) WHERE size = 8')],
    ['the head moved back', 8, (database) => database.exec('UPDATE audit_head SET size = 8, root = (SELECT root FROM audit_root WHERE size = 8)')],
    ['the root of the head', null, (database) => database.exec('UPDATE audit_head SET root = randomblob(32)')],
    ['the frontier of the head', null, (database) => database.exec("UPDATE audit_head SET frontier = x''")],
  ])('%s', (what, place, edit) => {
    tamper(edit);
    const sound = what === 'a leaf turned into text';
    expect(verify()).toMatchObject({ verdict: sound ? 'sound' : 'tampered', firstBadIndex: place });
  }); // prettier-ignore

  test('a leaf changed together with its hash, in the commit that holds it', () => {
    tamper((database) => {
      const text = database
        .prepare<[], Buffer>('SELECT leaf FROM audit_leaf WHERE idx = 6')
        .pluck()
        .get()
        ?.toString();
      const forged = Buffer.from((text ?? '').replace('"found"', '"never"'));
      setLeaf(database, 6, { leaf: forged, leaf_hash: leafHash(forged) });
    });
    expect(verify()).toMatchObject({ verdict: 'tampered', firstBadIndex: 4 });
  });

  test('the tail cut and the head moved back with it', () => {
    tamper((database) => {
      const before = soundHeadOf(database, 8);
      database.exec('DELETE FROM audit_leaf WHERE idx >= 8');
      database
        .prepare('UPDATE audit_head SET size = 8, root = ?, frontier = ?')
        .run(before.root, before.frontier);
    });
    expect(verify()).toMatchObject({ verdict: 'tampered', size: 8, firstBadIndex: 8 });
  });

  test('the same cut without the roots after it, which only evidence kept elsewhere shows', () => {
    tamper((database) => {
      const before = soundHeadOf(database, 8);
      database.exec('DELETE FROM audit_leaf WHERE idx >= 8; DELETE FROM audit_root WHERE size > 8');
      database
        .prepare('UPDATE audit_head SET size = 8, root = ?, frontier = ?')
        .run(before.root, before.frontier);
    });
    expect(verify()).toMatchObject({ verdict: 'sound', size: 8 });
  });
});

/** Head as it was at a size of one set bit: its frontier is its root. */
function soundHeadOf(database: Database, size: number): { root: Buffer; frontier: Buffer } {
  const root = database
    .prepare<[number], Buffer>('SELECT root FROM audit_root WHERE size = ?')
    .pluck()
    .get(size);
  if (root === undefined) throw new Error('no root of this size');
  return { root, frontier: root };
}
