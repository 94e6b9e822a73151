import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { listedAbout } from '../support/demo-access.ts';
import { type Finished, GatewayPlace } from '../support/gateway-place.ts';
import { fetchToken } from '../support/load.ts';
import { runHere, runHereWith } from '../support/run-here.ts';

const MINUTE = 60_000;

let place: GatewayPlace;
let queryId: string;
let subject: string;

beforeAll(async () => {
  place = await GatewayPlace.initialised();
  const gateway = await place.serve();
  const client = place.connect('cgm');
  const token = await fetchToken(client, listedAbout(place.access.officials, 'may query'));
  subject = listedAbout(place.access.subjects, 'licensed').tckn;
  queryId = String((await client.query(token, { tckn: subject })).json()['queryId']);
  await client.query(token, { purpose: 'baska-bir-amac' });
  await gateway.interrupt();
}, MINUTE);

afterAll(async () => place[Symbol.asyncDispose](), MINUTE);

describe('audit verify', () => {
  test(
    'says sound with 0 and needs no operator',
    async () => {
      const noKey = { GECIT_OPERATOR_KEY: place.path('no.key') };
      const verified = await place.runWith({ environment: noKey }, 'audit', 'verify', '--json');
      expect(verified.code).toBe(0);
      expect(JSON.parse(verified.stdout)).toMatchObject({
        verdict: 'sound',
        logs: [{ verdict: 'sound', size: place.records().length }],
      });
    },
    MINUTE,
  );

  test.each([
    [
      'one byte of a leaf',
      3,
      "update audit_leaf set leaf = cast(replace(leaf, 'REFUSED', '') || ' ' as blob) where idx = 3",
    ],
    ['a leaf that is left out', 2, 'delete from audit_leaf where idx = 2'],
    ['the hash of a leaf', 1, 'update audit_leaf set leaf_hash = zeroblob(32) where idx = 1'],
  ])(
    'names the first bad index with 1: %s [R002-082]',
    async (_what, index, statement) => {
      const { code, stdout } = await verifyChanged((database) => database.exec(statement));
      expect(code).toBe(1);
      expect(stdout).toContain('TAMPERED');
      expect(stdout).toContain(`first bad index: ${String(index)}`);
    },
    MINUTE,
  );

  test(
    'says incomplete with 3 where the roots that would prove the log are gone',
    async () => {
      const { code, stdout } = await verifyChanged((database) => database.exec('delete from audit_root'));
      expect(code).toBe(3);
      expect(stdout).toContain('INCOMPLETE');
    },
    MINUTE,
  );

  test(
    'says in one sentence what is missing, with 2, where there is no database',
    async () => {
      const missing = await runHereWith(place, { GECIT_DATA_DIR: place.path('none') }, 'audit', 'verify');
      expect(missing).toMatchObject({ code: 2, stdout: '' });
      expect(missing.stderr).toMatch(/^.*there is no database.*gecit init.*\n$/i);
      expect((await runHere(place, 'audit', 'verify', '--no-such-option')).code).toBe(2);
    },
    MINUTE,
  );
});

describe('reading the records', () => {
  test(
    'is recorded before anything is shown: audit show opens the sealed part of one record [R002-082]',
    async () => {
      const before = place.records().length;
      const { code, stdout } = await place.run('audit', 'show', queryId);
      expect(code).toBe(0);
      expect(stdout).toContain('data was given');
      expect(stdout).toContain(subject);
      expect(place.records().slice(before)).toMatchObject([{ type: 'reading', action: 'audit.show' }]);
    },
    MINUTE,
  );

  test(
    'is recorded before anything is shown: audit search finds by person, agency and code [R002-030]',
    async () => {
      const before = place.records().length;
      const bySubject = await place.runWith(
        { input: `${subject}\n` },
        'audit',
        'search',
        '--subject',
        '--json',
      );
      const byCode = await runHere(
        place,
        'audit',
        'search',
        '--code',
        'PURPOSE_NOT_AGREED',
        '--agency',
        'cgm',
      );
      expect(JSON.parse(bySubject.stdout)).toMatchObject([{ leaf: { queryId, type: 'disclosure' } }]);
      expect(byCode.stdout).toContain('PURPOSE_NOT_AGREED');
      expect(byCode.stdout).not.toContain(queryId);
      const readings = place.records().slice(before);
      expect(readings).toMatchObject([{ action: 'audit.search' }, { action: 'audit.search' }]);
      expect(Buffer.concat(readings.map(({ bytes }) => bytes)).includes(subject)).toBe(false);
    },
    MINUTE,
  );

  test(
    'is refused with 1 and one sentence for a record that does not exist',
    async () => {
      const unknown = '01980f3e-7a3c-7c1e-9d0a-2f6a1b2c3d4e';
      const { code, stdout, stderr } = await runHere(place, 'audit', 'show', unknown);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
    MINUTE,
  );
});

/** Verifies a copy of the log that somebody who owns the file has changed. */
async function verifyChanged(change: (database: Database.Database) => unknown): Promise<Finished> {
  const copy = place.path('changed');
  cpSync(place.path('data'), copy, { recursive: true });
  copyFileSync(place.databaseFile, join(copy, 'gecit.db'));
  const database = new Database(join(copy, 'gecit.db'), { fileMustExist: true });
  const triggers = database.prepare("select name from sqlite_schema where type = 'trigger'").pluck().all();
  for (const name of triggers) database.exec(`drop trigger "${String(name)}"`);
  change(database);
  database.close();
  const verified = await runHereWith(place, { GECIT_DATA_DIR: copy }, 'audit', 'verify');
  rmSync(copy, { recursive: true });
  return verified;
}
