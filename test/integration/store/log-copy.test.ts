import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EvidenceReader } from '../../../src/audit/audit-log.ts';
import { createLog } from '../../../src/store/create-log.ts';
import { openLogReader } from '../../../src/store/log-reader.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { insertRows } from '../../../src/store/server/insert-rows.ts';
import { serverAddress } from '../../../src/store/server/server-address.ts';
import { openServerDatabase } from '../../../src/store/server/server-database.ts';
import { openCopy } from '../../../src/store/server/server-store.ts';
import { SERVERS, TEST_VKEY } from '../../support/database-engines.ts';
import { ServerProgram } from '../../support/server-program.ts';
import {
  append,
  commit,
  KEYS,
  ORIGIN,
  personalPart,
  type TemporaryStore,
  temporaryStore,
} from './temporary-store.ts';

const HASH = '00'.repeat(32);

describe.each(SERVERS)('the copy of a log on $name', (engine) => {
  let temporary: TemporaryStore;
  let program: ServerProgram;

  beforeEach(async () => {
    temporary = await temporaryStore(engine);
    program = new ServerProgram(temporary.address.databaseUrl);
  });

  afterEach(async () => {
    await program[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
  });

  async function copied<T>(look: (reader: EvidenceReader) => T): Promise<T> {
    await temporary.store.readable.refresh();
    const reader = openLogReader(temporary.file, ORIGIN);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  }

  async function hashes(): Promise<readonly string[]> {
    return copied((reader) => [...reader.leaves()].map(({ hash }) => hash.toString('hex')));
  }

  test('takes what is new, and nothing twice', async () => {
    const { evidence } = temporary.store;
    await commit(evidence, 3);
    const before = await hashes();
    await program.pastGuards(`UPDATE audit_leaf SET leaf_hash = {${HASH}} WHERE idx = 0`);
    await commit(evidence, 2);
    const after = await hashes();
    expect(after).toHaveLength(5);
    expect(after.slice(0, 3)).toEqual(before);
    expect(await copied((reader) => [...reader.indexesWithPart()])).toEqual([0, 1, 2, 3, 4]);
  });

  test('has every row of a log of many pages, with all levels of its subtrees', async () => {
    const bytes = Buffer.alloc(32, 9);
    const rows = <T>(count: number, row: (place: number) => T): T[] =>
      Array.from({ length: count }, (_, at) => row(at));
    const subtrees = [1_200, 5, 1].flatMap((count, above) =>
      rows(count, (idx) => ({ log: 1, level: above + 1, idx, hash: bytes })),
    );
    const leaves = rows(2_100, (idx) => ({
      log: 1, idx, query_id: `q${String(idx)}`, leaf: Buffer.from(String(idx)), leaf_hash: bytes,
    })); // prettier-ignore
    await insertRows(program.knex, 'audit_leaf', leaves);
    await insertRows(program.knex, 'audit_subtree', subtrees);
    await program.run('UPDATE audit_head SET size = 2100 WHERE log = 1');
    const told: [number, number][] = [];
    await using database = await opened();
    const copy = await openCopy(database, 'gecit.test/node-1', `${temporary.address.copies ?? ''}-other`);
    await copy.refresh((done, all) => void told.push([done, all]));
    expect(told).toEqual([[1_000, 2_100], [2_000, 2_100], [2_100, 2_100]]); // prettier-ignore
    const reader = openLogReader(copy.file, ORIGIN);
    expect([...reader.leaves()].map(({ index, bytes: leaf }) => [index, leaf.toString()])).toEqual(
      rows(2_100, (idx) => [idx, String(idx)]),
    );
    expect([...reader.subtrees()].map(({ level, index }) => [level, index])).toEqual(
      subtrees.map(({ level, idx }) => [level, idx]),
    );
    reader.close();
    await copy.close();
  });

  test('loses the parts of destroyed kids when the database has lost them', async () => {
    await commit(temporary.store.evidence, 2);
    await temporary.store.readable.refresh();
    await program.pastGuards(
      `DELETE FROM audit_personal; INSERT INTO destruction_plan (id, hash, "plan", made_at) VALUES ('p', 'h', '[]', 0);
       INSERT INTO destroyed_kid (kid, "plan", day, record) VALUES ('${KEYS.kid}', 'p', '2036-11-30', 'r')`,
    );
    expect(await copied((reader) => [...reader.indexesWithPart()])).toEqual([0, 1]);
    await program.run('UPDATE destroyed_kid SET emptied_at = 7');
    expect(await copied((reader) => [...reader.indexesWithPart()])).toEqual([]);
    await commit(temporary.store.evidence, 1);
    expect(await copied((reader) => [...reader.indexesWithPart()])).toEqual([2]);
  });

  test('is begun anew when the database was rolled back, also where it has grown again since', async () => {
    const { evidence } = temporary.store;
    await commit(evidence, 2);
    const [heads] = [await program.run('SELECT size, root, frontier FROM audit_head')];
    await commit(evidence, 3);
    const before = await hashes();
    const { root, frontier } = heads[0] as { root: Buffer; frontier: Buffer };
    await program.pastGuards(
      `DELETE FROM audit_personal WHERE idx >= 2; DELETE FROM audit_leaf WHERE idx >= 2; DELETE FROM audit_root WHERE size > 2;
       UPDATE audit_head SET size = 2, root = {${root.toString('hex')}}, frontier = {${frontier.toString('hex')}}`,
    );
    expect(await hashes()).toEqual(before.slice(0, 2));
    await commit(evidence, 4);
    const grown = await hashes();
    expect(grown).toHaveLength(6);
    expect(grown.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(grown).not.toContain(before[2]);
  });

  test('holds all that was committed before it was asked for, however many ask at once', async () => {
    const sizes = await Promise.all(
      [1, 2, 3].map(async (count) => {
        const head = await turn(async () => commit(temporary.store.evidence, count));
        return (await copied((reader) => reader.head().size)) - head.size;
      }),
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0);
  });

  test('is made and kept by two processes at once', async () => {
    await commit(temporary.store.evidence, 5);
    await using one = await opened();
    await using two = await opened();
    const folder = `${temporary.address.copies ?? ''}-shared`;
    const copies = await Promise.all(
      [one, two].map(async (each) => openCopy(each, 'gecit.test/node-1', folder)),
    );
    await Promise.all(copies.map(async (copy) => copy.refresh()));
    const reader = openLogReader(copies[0]?.file ?? '', ORIGIN);
    expect([...reader.leaves()]).toHaveLength(5);
    reader.close();
    for (const copy of copies) await copy.close();
  });

  test("has no log of another node, nor misses one of its own that follows another's", async () => {
    const { databaseUrl } = temporary.address;
    await createLog({ databaseUrl, origin: 'gecit.test/node-10/2026' }, TEST_VKEY);
    await temporary.store.evidence.transact(async (tx) => {
      const head = await append(tx, [personalPart()]);
      await append(tx, [personalPart()]);
      return head;
    });
    const other = await openStore({ ...temporary.address, origin: 'gecit.test/node-10/2026' });
    await commit(other.evidence, 4);
    await other.close();
    expect(await copied((reader) => [reader.head().origin, reader.head().size])).toEqual([ORIGIN, 2]);
    expect(() => openLogReader(temporary.file, 'gecit.test/node-10/2026')).toThrow();
  });

  async function opened(): Promise<AsyncDisposable & Awaited<ReturnType<typeof openServerDatabase>>> {
    const database = await openServerDatabase(serverAddress(temporary.address.databaseUrl));
    return { ...database, [Symbol.asyncDispose]: async () => database.close() };
  }

  let before: Promise<unknown> = Promise.resolve();

  async function turn<T>(work: () => Promise<T>): Promise<T> {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  }
});
