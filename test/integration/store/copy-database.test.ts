import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { copyDatabase } from '../../../src/store/copy-database.ts';
import { openLogReader } from '../../../src/store/log-reader.ts';
import { openDatabase } from '../../../src/store/open-database.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { copyServerDatabase } from '../../../src/store/server/copy-server.ts';
import { verifyLog } from '../../../src/audit/verify-log.ts';
import { SERVERS } from '../../support/database-engines.ts';
import { commit, ORIGIN, type TemporaryFolder, temporaryFolder, temporaryStore } from './temporary-store.ts';

const ROWS = 3_000;

let folder: TemporaryFolder;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'gecit.db');
  const database = await openDatabase(file, true);
  const connection = await database.connect();
  const add = connection.prepare("INSERT INTO agency VALUES ('agency-' || ?, hex(randomblob(1000)))");
  connection.transaction(() => {
    for (let row = 0; row < ROWS; row += 1) add.run(row);
  })();
  await database.close();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

function rowsIn(copy: string): number {
  const connection = new Sqlite(copy, { readonly: true });
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  const count = connection.prepare<[], number>('SELECT count(*) FROM agency').pluck().get();
  connection.close();
  return count ?? 0;
}

describe('a copy of the database', () => {
  test('is one moment of it while others go on writing, and never begins anew', async () => {
    const copy = join(folder.path, 'copy.db');
    const writer = new Sqlite(file);
    const add = writer.prepare("INSERT INTO agency VALUES ('late-' || ?, 'x')");
    const steps: number[] = [];
    await copyDatabase(file, copy, (done) => {
      add.run(steps.length);
      steps.push(done);
    });
    const written = writer.prepare<[], number>('SELECT count(*) FROM agency').pluck().get();
    writer.close();
    expect(steps.length).toBeGreaterThan(1);
    expect([...steps].sort((one, other) => one - other)).toEqual(steps);
    expect(rowsIn(copy)).toBe(ROWS);
    expect(written).toBe(ROWS + steps.length);
  });

  test('is one file for its owner only, and is written over no other', async () => {
    const copy = join(folder.path, 'copy.db');
    await copyDatabase(file, copy);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await expect(copyDatabase(file, copy)).rejects.toThrow('EEXIST');
    const opened = await openDatabase(copy);
    await opened.close();
    expect(rowsIn(copy)).toBe(ROWS);
  });
});

describe.each(SERVERS)('a copy of a shared database on $name', (engine) => {
  test('is an SQLite database of the same schema, with every row and every guard', async () => {
    await using shared = await temporaryStore(engine);
    for (const leaves of [1, 300, 20]) await commit(shared.store.evidence, leaves);
    const copy = join(folder.path, 'copy.db');
    const told: (readonly [number, number])[] = [];
    await copyServerDatabase(shared.address.databaseUrl, copy, (done, total) => told.push([done, total]));
    const [done, total] = told.at(-1) ?? [];
    expect(done).toBe(total);
    expect(told.length).toBeGreaterThan(1);

    const reader = openLogReader(copy, ORIGIN);
    expect(verifyLog(reader, 0)).toMatchObject({ verdict: 'sound', size: 321 });
    expect([...reader.indexesWithPart()]).toHaveLength(321);
    reader.close();
    const connection = new Sqlite(copy);
    expect(() => connection.exec('DELETE FROM audit_leaf')).toThrow('no DELETE');
    expect(connection.pragma('journal_mode', { simple: true })).toBe('delete');
    connection.close();
    // A gateway goes on with it.
    const store = await openStore({ databaseUrl: `sqlite:${copy}`, origin: ORIGIN });
    expect(await commit(store.evidence, 1)).toMatchObject({ size: 322 });
    await store.close();
  });
});
