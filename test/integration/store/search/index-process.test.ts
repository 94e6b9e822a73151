import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type SearchRows } from '../../../../src/audit/search-index.ts';
import { IndexProcess } from '../../../../src/store/search/index-process.ts';
import { openLogIndex } from '../../../../src/store/search/log-index.ts';
import { indexFolder } from '../../../../src/store/search/month-files.ts';
import { LEAST_AT_ONCE, NodeIndexer } from '../../../../src/store/search/node-indexer.ts';
import { openSearchRows } from '../../../../src/store/search/search-rows.ts';
import {
  appendRecords,
  QUARTER,
  temporaryDatabase,
  writeRecords,
  ZONE,
} from '../../../support/many-records.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-store.ts';

const ORIGIN = 'gecit.test/node-1/2026';
const BEFORE = 'gecit.test/node-1/2025';
const PLAN = { origin: ORIGIN, count: LEAST_AT_ONCE, ...QUARTER };
const MORE = 2 * LEAST_AT_ONCE;
const MINUTE = 60_000;

let temporary: TemporaryFolder;
let file: string;
let searchFolder: string;
let running: IndexProcess | undefined;
let faults: string[];

beforeEach(async () => {
  temporary = await temporaryFolder();
  file = temporaryDatabase(temporary.path);
  searchFolder = join(temporary.path, 'search');
  faults = [];
  await writeRecords(file, [{ ...PLAN, origin: BEFORE, count: 20 }, PLAN]);
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  await temporary[Symbol.asyncDispose]();
});

function start(): IndexProcess {
  running = new IndexProcess({
    databaseFile: file,
    searchFolder,
    zone: ZONE,
    node: 'gecit.test/node-1',
    startMilliseconds: 0,
    onFault: (cause) => faults.push(cause),
  });
  return running;
}

function indexedOf(origin: string): number {
  const rows: SearchRows = openSearchRows(file, origin);
  const index = openLogIndex(indexFolder(searchFolder, origin), rows);
  index.close();
  rows.close();
  return index.size;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Process ids of the children of this test. */
function children(): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .filter((line) => line.includes('index-worker'))
    .map((line) => Number.parseInt(line, 10));
}

describe('indexing a node', () => {
  test('leaves a few new records to whoever searches, but none of a log that is closed', () => {
    const indexer = new NodeIndexer({
      databaseFile: file,
      searchFolder,
      zone: ZONE,
      node: 'gecit.test/node-1',
    });
    expect(indexer.step()).toBe(false);
    appendRecords(file, { ...PLAN, count: MORE - 1 }, PLAN.count, 2);
    indexer.step();
    expect([indexedOf(BEFORE), indexedOf(ORIGIN)]).toEqual([20, PLAN.count]);
    appendRecords(file, { ...PLAN, count: MORE }, MORE - 1, 2);
    indexer.step();
    expect(indexedOf(ORIGIN)).toBe(MORE);
    indexer.close();
  });
});

describe('the index process', () => {
  test(
    'indexes every log of the node, and what is appended while it runs',
    async () => {
      start();
      await until(() => indexedOf(ORIGIN) === PLAN.count && indexedOf(BEFORE) === 20);
      appendRecords(file, { ...PLAN, count: MORE }, PLAN.count, 2);
      await until(() => indexedOf(ORIGIN) === MORE);
      expect(faults).toEqual([]);
      expect(readdirSync(searchFolder)).toEqual(['gecit.test_node-1_2025', 'gecit.test_node-1_2026']);
    },
    MINUTE,
  );

  test(
    'ends with the gateway, and leaves an index that the next one goes on with',
    async () => {
      await (async () => {
        const process = start();
        await until(() => indexedOf(ORIGIN) === PLAN.count);
        await process.close();
      })();
      expect(children()).toEqual([]);
      appendRecords(file, { ...PLAN, count: MORE }, PLAN.count, 2);
      start();
      await until(() => indexedOf(ORIGIN) === MORE);
      expect(faults).toEqual([]);
    },
    MINUTE,
  );

  test(
    'says once why it cannot index, and goes on as soon as it can',
    async () => {
      writeFileSync(searchFolder, 'a file where the folder would be');
      start();
      await until(() => faults.length > 0);
      expect(faults).toEqual(['DATABASE_NOT_WRITABLE']);
      expect(readFileSync(searchFolder, 'utf8')).toBe('a file where the folder would be');
      rmSync(searchFolder);
      await until(() => indexedOf(ORIGIN) === PLAN.count);
      expect(faults).toEqual(['DATABASE_NOT_WRITABLE']);
    },
    MINUTE,
  );

  test(
    'is missed when it is killed',
    async () => {
      start();
      await until(() => indexedOf(ORIGIN) === PLAN.count);
      for (const pid of children()) process.kill(pid, 'SIGKILL');
      await until(() => faults.length > 0);
      expect(faults).toEqual(['ENDED']);
      expect(indexedOf(ORIGIN)).toBe(PLAN.count);
    },
    MINUTE,
  );
});
