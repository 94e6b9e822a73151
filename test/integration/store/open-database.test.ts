import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { FaultsError } from '../../../src/shared/fault.ts';
import { createLog } from '../../../src/store/create-log.ts';
import { openDatabase } from '../../../src/store/open-database.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { ORIGIN, type TemporaryFolder, temporaryFolder, VKEY } from './temporary-store.ts';

let folder: TemporaryFolder;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'data', 'gecit.db');
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function create(origin = ORIGIN): Promise<void> {
  await createLog({ databaseUrl: `sqlite:${file}`, origin }, VKEY);
}

async function open(origin = ORIGIN): Promise<void> {
  const store = await openStore({ databaseUrl: `sqlite:${file}`, origin });
  await store.close();
}

async function faultOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FaultsError)) throw new Error('no fault', { cause: error });
  expect(error.faults).toEqual([
    {
      code: expect.any(String),
      file: expect.any(String),
      line: 0,
      key: '',
      message: { tr: expect.any(String), en: expect.any(String) },
      remedy: { tr: expect.any(String), en: expect.any(String) },
    },
  ]);
  return error.faults[0]?.code ?? '';
}

describe('the database', () => {
  test('writes through to the disk at every commit, in WAL, and never waits for a lock', async () => {
    await create();
    const database = await openDatabase(file);
    const connection = await database.connect();
    const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'];
    expect(pragmas.map((name) => connection.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 0]);
    await database.close();
  });

  test('is readable by its owner only [R002-080]', async () => {
    await create();
    expect(statSync(join(folder.path, 'data')).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('opens again and again', async () => {
    await create();
    await open();
    await expect(open()).resolves.toBeUndefined();
  });

  test('may be closed twice', async () => {
    await create();
    const store = await openStore({ databaseUrl: `sqlite:${file}`, origin: ORIGIN });
    await store.evidence.close();
    await expect(store.close()).resolves.toBeUndefined();
  });
});

describe('one clear fault says that', () => {
  test('the database is missing; nothing is created', async () => {
    expect(await faultOf(open())).toBe('DATABASE_MISSING');
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  test('the address names another engine', async () => {
    expect(await faultOf(openStore({ databaseUrl: 'mysql://host/db', origin: ORIGIN }))).toBe(
      'DATABASE_URL_UNKNOWN',
    );
  });

  test('the folder cannot be written', async () => {
    writeFileSync(join(folder.path, 'data'), 'a file where the folder should be');
    expect(await faultOf(create())).toBe('DATABASE_NOT_WRITABLE');
  });

  test('the file is a folder', async () => {
    mkdirSync(file, { recursive: true });
    expect(await faultOf(create())).toBe('DATABASE_NOT_WRITABLE');
  });

  test('the file is no database', async () => {
    mkdirSync(join(folder.path, 'data'));
    writeFileSync(file, 'surely no database, and longer than the header of one would be '.repeat(20));
    expect(await faultOf(open())).toBe('DATABASE_NOT_OURS');
  });

  test('the file is the database of another program', async () => {
    mkdirSync(join(folder.path, 'data'));
    const other = new Sqlite(file);
    other.exec('CREATE TABLE intermediaries (id INTEGER)');
    other.close();
    expect(await faultOf(open())).toBe('DATABASE_NOT_OURS');
  });

  test('a newer version wrote the database', async () => {
    await create();
    const newer = new Sqlite(file);
    newer.exec("INSERT INTO migration (name, batch, migration_time) VALUES ('900-later', 2, 0)");
    newer.close();
    expect(await faultOf(open())).toBe('DATABASE_NEWER');
  });

  test('the log of this origin is not there', async () => {
    await create();
    expect(await faultOf(open('gecit.test/node-1/2027'))).toBe('LOG_MISSING');
  });

  test('a log exists, whatever its origin', async () => {
    await create();
    expect(await faultOf(create())).toBe('LOG_EXISTS');
    expect(await faultOf(create('gecit.test/node-1/2027'))).toBe('LOG_EXISTS');
  });
});

test('a new log is empty and has the root of the empty tree', async () => {
  await create();
  const store = await openStore({ databaseUrl: `sqlite:${file}`, origin: ORIGIN });
  const head = await store.evidence.transact(async (transaction) => transaction.head());
  expect(head).toMatchObject({ origin: ORIGIN, size: 0, frontier: [], lastTime: 0 });
  expect(head.root.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  await store.close();
});
