import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { type SearchRows } from '../../../../src/audit/search-index.ts';
import { searchLogs } from '../../../../src/audit/search-logs.ts';
import { FaultsError } from '../../../../src/shared/fault.ts';
import { LogIndexer } from '../../../../src/store/search/log-indexer.ts';
import { openLogIndex } from '../../../../src/store/search/log-index.ts';
import { indexFolder } from '../../../../src/store/search/month-files.ts';
import { MOST_SCANNED, openSearchedLog } from '../../../../src/store/search/open-searched-log.ts';
import { purgeKids } from '../../../../src/store/search/purge-kids.ts';
import { openSearchRows } from '../../../../src/store/search/search-rows.ts';
import { TAG_BYTES } from '../../../../src/store/search/tag-entries.ts';
import {
  appendRecords,
  tagsOf,
  temporaryDatabase,
  type WrittenRecord,
  writeRecords,
  ZONE,
} from '../../../support/many-records.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-store.ts';

const ORIGIN = 'gecit.test/node-1/2026';
/** Three months: two thousand records each but for the last one. */
const PLAN = { origin: ORIGIN, count: 6000, start: Date.UTC(2026, 0, 1), gapMilliseconds: 20 * 60_000 };
const JANUARY = 'access-p10y-2026-01';

let template: TemporaryFolder;
let written: WrittenRecord[];
let temporary: TemporaryFolder;
let file: string;
let records: WrittenRecord[];
let rows: SearchRows;
let folder: string;

beforeAll(async () => {
  template = await temporaryFolder();
  written = await writeRecords(temporaryDatabase(template.path), [PLAN]);
}, 60_000);

afterAll(async () => template[Symbol.asyncDispose]());

beforeEach(async () => {
  temporary = await temporaryFolder();
  file = temporaryDatabase(temporary.path);
  copyFileSync(temporaryDatabase(template.path), file);
  records = written;
  rows = openSearchRows(file, ORIGIN);
  folder = indexFolder(join(temporary.path, 'search'), ORIGIN);
});

afterEach(async () => {
  rows.close();
  await temporary[Symbol.asyncDispose]();
});

/** Small blocks hold tags in shared rows, large ones in rows of their own. */
function build(most?: number): void {
  const indexer = new LogIndexer(rows, folder, ZONE);
  while (indexer.step(most) < rows.size());
  indexer.close();
}

/** How many records are indexed, and which of a person's an index alone finds. */
function indexed(subject = 'subject-7'): { readonly size: number; readonly found: readonly number[] } {
  const index = openLogIndex(folder, rows);
  try {
    const tags = [tagsOf(records, 'tckn', subject)];
    return { size: index.size, found: [...index.find({ values: {}, tags, from: 0, below: index.size })] };
  } finally {
    index.close();
  }
}

function expected(subject = 'subject-7', below = PLAN.count): number[] {
  return records
    .filter((record) => record.subject === subject && record.index < below)
    .map(({ index }) => index)
    .reverse();
}

describe('the index of a log', () => {
  test('has a file for each month of the gateway, readable by its owner alone', () => {
    build();
    expect(readdirSync(folder).filter((name) => name.endsWith('.db'))).toEqual([
      '2026-01.db',
      '2026-02.db',
      '2026-03.db',
    ]);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(folder).toMatch(/search\/gecit\.test_node-1_2026$/);
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
  });

  test('is brought on from where it stands, and by two at once', () => {
    const one = new LogIndexer(rows, folder, ZONE);
    const other = new LogIndexer(rows, folder, ZONE);
    expect(one.step(700)).toBe(700);
    expect(other.step(700)).toBe(1400);
    expect(one.step(9000)).toBeGreaterThan(1400);
    for (let steps = 0; steps < 20; steps += 1) [one, other][steps % 2]?.step(700);
    one.close();
    other.close();
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
  });

  test('goes on after its process died in the middle of a transaction', () => {
    const indexer = new LogIndexer(rows, folder, ZONE);
    indexer.step(1000);
    const failing = {
      ...readsOf(rows),
      rows: (from: number, count: number) => brokenRows(rows, from, count),
    };
    const dying = new LogIndexer(failing, folder, ZONE);
    expect(() => dying.step(1000)).toThrow();
    expect(indexed()).toEqual({ size: 1000, found: expected('subject-7', 1000) });
    indexer.close();
    build();
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
  });

  test('takes in what was appended later, while it is open', () => {
    build();
    const more = appendRecords(file, { ...PLAN, count: PLAN.count + 50 }, PLAN.count);
    build();
    records = [...records, ...more];
    expect(indexed()).toEqual({ size: PLAN.count + 50, found: expected('subject-7', PLAN.count + 50) });
  });

  test('is built anew where it was deleted, in whole or in part', () => {
    build();
    const indexer = new LogIndexer(rows, folder, ZONE);
    indexer.step();
    rmSync(join(folder, '2026-02.db'));
    expect(indexed().size).toBe(0);
    rmSync(folder, { recursive: true });
    while (indexer.step() < PLAN.count);
    indexer.close();
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
    rmSync(join(folder, '2026-02.db'));
    build();
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
  });

  test.each([
    [
      'holds noise',
      (path: string) => {
        writeFileSync(path, Buffer.alloc(8192, 7));
      },
    ],
    [
      'is empty',
      (path: string) => {
        writeFileSync(path, '');
      },
    ],
    [
      'is of another version',
      (path: string) => {
        alter(path, 'UPDATE state SET version = 999');
      },
    ],
    [
      'is of another program',
      (path: string) => {
        alter(path, 'DROP TABLE state');
      },
    ],
    [
      'is cut off',
      (path: string) => {
        writeFileSync(path, readFileSync(path).subarray(0, 5000));
      },
    ],
  ])('is built anew where a file %s', (_what, spoil) => {
    build();
    rmSync(join(folder, '2026-03.db-wal'), { force: true });
    spoil(join(folder, '2026-03.db'));
    const searched = openSearchedLog(
      { databaseFile: file, searchFolder: join(temporary.path, 'search'), zone: ZONE },
      ORIGIN,
      () => undefined,
    );
    const page = searchLogs([searched], {
      values: {},
      tags: [tagsOf(records, 'tckn', 'subject-7')],
      limit: 1000,
    });
    searched.index.close();
    searched.rows.close();
    expect(page.found.map(({ index }) => index)).toEqual(expected());
  });

  test('of another state of the log is built anew as far as it differs', () => {
    build();
    const before = statSync(join(folder, '2026-01.db')).ino;
    const database = new Database(file);
    database.exec('DELETE FROM audit_personal WHERE idx >= 5500; DELETE FROM audit_leaf WHERE idx >= 5500');
    database.close();
    const other = appendRecords(file, { ...PLAN, count: PLAN.count, start: PLAN.start + 1000 }, 5500);
    expect(indexed().size).toBe(0);
    build();
    records = [...records.slice(0, 5500), ...other];
    expect(indexed()).toEqual({ size: PLAN.count, found: expected() });
    expect(statSync(join(folder, '2026-01.db')).ino).toBe(before);
  });

  test('passes over records that cannot be read, and says so when it meets them', () => {
    const database = new Database(file);
    database.exec("UPDATE audit_leaf SET leaf = CAST('nothing' AS BLOB) WHERE idx IN (10, 5999)");
    database.exec('DELETE FROM audit_leaf WHERE idx = 20');
    database.close();
    build();
    const index = openLogIndex(folder, rows);
    expect(index.size).toBe(PLAN.count);
    const newest = searchLogs([{ rows, index }], { values: {}, tags: [], limit: 3 });
    expect(newest).toMatchObject({
      unreadable: 1,
      found: [{ index: 5998 }, { index: 5997 }, { index: 5996 }],
    });
    const values = { agency: records[10]?.leaf.agency ?? '' };
    const all = searchLogs([{ rows, index }], { values, tags: [], limit: PLAN.count });
    index.close();
    expect(all.unreadable).toBe(0);
    expect(all.found.map((found) => found.index)).not.toContain(10);
  });
});

describe('opening a log to be searched', () => {
  const storage = (): Parameters<typeof openSearchedLog>[0] => ({
    databaseFile: file,
    searchFolder: join(temporary.path, 'search'),
    zone: ZONE,
  });

  test('builds a missing index, and tells how far it is', () => {
    const told: number[] = [];
    const { rows: read, index } = openSearchedLog(storage(), ORIGIN, (origin, done, size) => {
      expect([origin, size]).toEqual([ORIGIN, PLAN.count]);
      told.push(done);
    });
    expect(index.size).toBe(PLAN.count);
    expect(told.at(-1)).toBe(PLAN.count);
    index.close();
    read.close();
  });

  test('leaves few new records to be read from the log', () => {
    build();
    appendRecords(file, { ...PLAN, count: PLAN.count + MOST_SCANNED }, PLAN.count);
    const { rows: read, index } = openSearchedLog(storage(), ORIGIN, () => undefined);
    const page = searchLogs([{ rows: read, index }], { values: {}, tags: [], limit: 1 });
    expect(page).toMatchObject({ scanned: MOST_SCANNED, found: [{ index: PLAN.count + MOST_SCANNED - 1 }] });
    index.close();
    read.close();
  });

  test('reads the log itself where no index can be written', () => {
    writeFileSync(join(temporary.path, 'search'), 'a file where the folder would be');
    const { rows: read, index } = openSearchedLog(storage(), ORIGIN, () => undefined);
    const tags = [tagsOf(records, 'tckn', 'subject-7')];
    const page = searchLogs([{ rows: read, index }], { values: {}, tags, limit: 1000 });
    expect(page.scanned).toBe(PLAN.count);
    expect(page.found.map((found) => found.index)).toEqual(expected());
    read.close();
  });
});

describe('destroying the keys of a month', () => {
  test.each([300, 5000])(
    'leaves no tag of it in any index, not even as rest of a file, and keeps the others (%d at once)',
    (most) => {
      build(most);
      const tags = tagsOf(records, 'tckn', 'subject-7');
      const tag = keptOf(tags.get(JANUARY));
      expect(bytesOf(folder).includes(tag)).toBe(true);
      const removed = purgeKids(join(temporary.path, 'search'), [JANUARY]);
      expect(removed).toBe(
        records
          .filter(({ kid }) => kid === JANUARY)
          .reduce(
            (sum, { subject, reference }) => sum + 1 + Number(subject !== null) + Number(reference !== null),
            0,
          ),
      );
      for (const subject of new Set(records.map((record) => record.subject ?? '')))
        expect(bytesOf(folder).includes(keptOf(tagsOf(records, 'tckn', subject).get(JANUARY)))).toBe(false);
      const left = (index: number): boolean => records[index]?.kid !== JANUARY;
      expect(indexed().found).toEqual(expected().filter(left));
      expect(purgeKids(join(temporary.path, 'search'), [JANUARY])).toBe(0);
      expect(purgeKids(join(temporary.path, 'none'), [JANUARY])).toBe(0);
    },
  );

  test('still finds the records by their catalogue values', () => {
    build();
    purgeKids(join(temporary.path, 'search'), [JANUARY]);
    const index = openLogIndex(folder, rows);
    const query = { values: { type: 'disclosure' }, tags: [], to: Date.UTC(2026, 0, 20), limit: 10_000 };
    const { found } = searchLogs([{ rows, index }], query);
    index.close();
    expect(found.length).toBe(
      records.filter(({ leaf, time }) => leaf.type === 'disclosure' && time < query.to).length,
    );
  });

  test('says so where a search holds the file', () => {
    build();
    const holder = new Database(join(folder, '2026-03.db'), { readonly: true });
    const reading = holder.prepare('SELECT entries FROM tag').iterate();
    reading.next();
    const purge = (): number =>
      purgeKids(join(temporary.path, 'search'), ['access-p10y-2026-03'], { lockMilliseconds: 50 });
    expect(faultOf(purge)).toBe('SEARCH_INDEX_IN_USE');
    reading.return?.();
    holder.close();
    purge();
    const tag = keptOf(tagsOf(records, 'tckn', 'subject-7').get('access-p10y-2026-03'));
    expect(bytesOf(folder).includes(tag)).toBe(false);
  });
});

function faultOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof FaultsError) return thrown.faults[0]?.code;
    throw thrown;
  }
  return undefined;
}

function readsOf(from: SearchRows): SearchRows {
  return {
    origin: from.origin,
    size: () => from.size(),
    rows: (at, count) => from.rows(at, count),
    text: (at) => from.text(at),
    hash: (at) => from.hash(at),
    close: () => undefined,
  };
}

/** Rows of which one cannot be stored, so that the transaction fails after it has written some. */
function brokenRows(from: SearchRows, at: number, count: number): ReturnType<SearchRows['rows']> {
  return from
    .rows(at, count)
    .map((row) => (row.index === 1500 ? { ...row, kid: {} as unknown as string } : row));
}

function alter(path: string, statement: string): void {
  const database = new Database(path);
  database.exec(statement);
  database.close();
}

/** What the bytes of an index hold of a tag in one piece. */
function keptOf(tag: Buffer | undefined): Buffer {
  if (tag === undefined) throw new Error('no such tag');
  return tag.subarray(1, TAG_BYTES);
}

function bytesOf(path: string): Buffer {
  return Buffer.concat(
    readdirSync(path)
      .map((name) => join(path, name))
      .filter((name) => existsSync(name))
      .map((name) => readFileSync(name)),
  );
}
