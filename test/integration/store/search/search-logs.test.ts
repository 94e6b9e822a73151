import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  NO_INDEX,
  type SearchedLog,
  type SearchPlace,
  type SearchRows,
} from '../../../../src/audit/search-index.ts';
import { type FoundRecord, searchLogs, type SearchQuery } from '../../../../src/audit/search-logs.ts';
import { indexLog } from '../../../../src/store/search/index-log.ts';
import { LogIndexer } from '../../../../src/store/search/log-indexer.ts';
import { openLogIndex } from '../../../../src/store/search/log-index.ts';
import { indexFolder } from '../../../../src/store/search/month-files.ts';
import { openSearchRows } from '../../../../src/store/search/search-rows.ts';
import {
  bruteForce,
  POOLS,
  QUARTER,
  tagsOf,
  temporaryDatabase,
  type WrittenRecord,
  writeRecords,
  ZONE,
} from '../../../support/many-records.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-store.ts';

const MINUTE = 60_000;
const OLD = 'gecit.test/node-1/2026';
const NEW = 'gecit.test/node-1/2027';
const COUNT = 20_000;
/** So many of the newest records are left to be read from the log. */
const TAIL = 500;

let folder: TemporaryFolder;
let records: WrittenRecord[];
let logs: SearchedLog[];

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = temporaryDatabase(folder.path);
  const half = COUNT / 2;
  records = await writeRecords(file, [
    { origin: OLD, count: half, ...QUARTER },
    { origin: NEW, count: half, start: Date.UTC(2027, 0, 1), gapMilliseconds: QUARTER.gapMilliseconds },
  ]);
  logs = [NEW, OLD].map((origin) => {
    const rows = openSearchRows(file, origin);
    const place = indexFolder(folder.path, origin);
    if (origin === NEW) indexInSmallBlocks(upTo(rows, half - TAIL), place);
    else indexLog(rows, place, ZONE, () => undefined);
    return { rows, index: openLogIndex(place, rows) };
  });
}, MINUTE);

afterAll(async () => {
  for (const { rows, index } of logs) {
    index.close();
    rows.close();
  }
  await folder[Symbol.asyncDispose]();
});

/** Few records of a block carry the same tag then. */
function indexInSmallBlocks(rows: SearchRows, place: string): void {
  const indexer = new LogIndexer(rows, place, ZONE);
  while (indexer.step(170) < rows.size());
  indexer.close();
}

/** The log as it stood when it had so many records. */
function upTo(rows: SearchRows, size: number): SearchRows {
  return {
    origin: rows.origin,
    size: () => size,
    rows: (from, count) => rows.rows(from, Math.min(count, size - from)),
    text: (index) => rows.text(index),
    hash: (index) => rows.hash(index),
    close: () => undefined,
  };
}

type People = Readonly<Record<string, string | undefined>>;

function queryOf(people: People, query: Omit<SearchQuery, 'tags'>): SearchQuery {
  const tags = Object.entries(people).flatMap(([type, value]) =>
    value === undefined ? [] : [tagsOf(records, type, value)],
  );
  return { ...query, tags };
}

function placesOf(found: readonly FoundRecord[]): string[] {
  return found.map(({ origin, index, leaf }) => `${origin}#${String(index)} ${leaf.queryId}`);
}

/** Follows the pages to their end, or as far as so many. */
function pages(searched: readonly SearchedLog[], query: SearchQuery, most: number): FoundRecord[] {
  const all: FoundRecord[] = [];
  let after: SearchPlace | undefined = query.after;
  for (let page = 0; page < most; page += 1) {
    const { found, next } = searchLogs(searched, { ...query, after });
    all.push(...found);
    if (next === undefined) break;
    after = next;
  }
  return all;
}

const maybe = (pool: readonly string[]): fc.Arbitrary<string | undefined> =>
  fc.option(fc.constantFrom(...pool, 'nobody'), { nil: undefined, freq: 2 });
const moment = fc.option(fc.integer({ min: Date.UTC(2025, 11, 30), max: Date.UTC(2027, 3, 1) }), {
  nil: undefined,
  freq: 2,
});
const queries = fc.record({
  values: fc.record({
    agency: maybe(POOLS.agency),
    agreement: maybe(POOLS.agreement),
    purpose: maybe(POOLS.purpose),
    code: maybe(POOLS.code),
    outcome: maybe(['found', 'not-found']),
    type: maybe(['disclosure', 'refusal', 'act']),
  }),
  people: fc.record({
    tckn: maybe(POOLS.subject),
    official: maybe(POOLS.official),
    case: maybe(POOLS.reference),
  }),
  from: moment,
  to: moment,
  limit: fc.integer({ min: 1, max: 120 }),
});

describe('a search of 20,000 records in two logs', () => {
  test(
    'finds page by page exactly what a look at every record finds, whatever is asked for [R002-030]',
    () => {
      fc.assert(
        fc.property(queries, ({ people, ...query }) => {
          const expected = bruteForce(records, { ...query, tags: [], people });
          const found = pages(logs, queryOf(people, query), 4);
          expect(placesOf(found)).toEqual(placesOf(expected.slice(0, query.limit * 4)));
        }),
        { numRuns: 150 },
      );
    },
    2 * MINUTE,
  );

  test(
    'goes on from any record, be it among the results or not',
    () => {
      fc.assert(
        fc.property(queries, fc.integer({ min: 0, max: COUNT - 1 }), ({ people, ...query }, at) => {
          const record = records[at];
          if (record === undefined) throw new Error('no such record');
          const after = { origin: record.origin, index: record.index };
          const isLater = ({ origin, index }: SearchPlace): boolean =>
            origin < after.origin || (origin === after.origin && index < after.index);
          const expected = bruteForce(records, { ...query, tags: [], people }).filter(isLater);
          const { found } = searchLogs(logs, { ...queryOf(people, query), after });
          expect(placesOf(found)).toEqual(placesOf(expected.slice(0, query.limit)));
        }),
        { numRuns: 60 },
      );
    },
    2 * MINUTE,
  );

  test(
    'finds the same without any index',
    () => {
      const bare = logs.map(({ rows }) => ({ rows, index: NO_INDEX }));
      const query = { values: { agency: 'beta', code: 'QUOTA_EXCEEDED' }, limit: 5 };
      const people = { official: 'official-3' };
      const found = pages(bare, queryOf(people, query), 3);
      expect(found.length).toBe(15);
      expect(placesOf(found)).toEqual(placesOf(pages(logs, queryOf(people, query), 3)));
    },
    MINUTE,
  );

  test('says how many of the newest records were not indexed yet', () => {
    const everything = { values: {}, tags: [], limit: 10 };
    expect(searchLogs(logs, everything)).toMatchObject({ scanned: TAIL, unreadable: 0 });
    expect(searchLogs(logs, { ...everything, to: Date.UTC(2026, 1, 1) })).toMatchObject({ scanned: 0 });
  });

  test('reads no more records than it returns, but for those not indexed', () => {
    let read = 0;
    const counted = logs.map(({ rows, index }) => ({
      index,
      rows: {
        origin: rows.origin,
        size: () => rows.size(),
        rows: (from: number, count: number) => {
          read += count;
          return rows.rows(from, count);
        },
        text: (at: number) => rows.text(at),
        hash: (at: number) => rows.hash(at),
        close: () => undefined,
      },
    }));
    const rare = queryOf({ tckn: 'subject-1' }, { values: { code: 'QUOTA_EXCEEDED' }, limit: 5 });
    expect(searchLogs(counted, rare).found.length).toBe(5);
    expect(read).toBeLessThanOrEqual(TAIL + 6);
    read = 0;
    const never = queryOf({}, { values: { agency: 'alpha', purpose: 'statistics' }, limit: 5 });
    expect(searchLogs(counted, never)).toMatchObject({ found: [], next: undefined });
    expect(read).toBe(TAIL);
  });
});
