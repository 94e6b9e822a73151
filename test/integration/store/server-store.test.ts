import { describe, expect, test } from '@jest/globals';
import { createLog } from '../../../src/store/create-log.ts';
import { migrate } from '../../../src/store/migrations/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { findOpenLog } from '../../../src/store/readable-logs.ts';
import { connectServer } from '../../../src/store/server/connect-server.ts';
import { serverAddress } from '../../../src/store/server/server-address.ts';
import { SERVERS, TEST_ORIGIN, TEST_VKEY } from '../../support/database-engines.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { ServerProgram } from '../../support/server-program.ts';
import { append, commit, grow, personalPart, temporaryStore } from './temporary-store.ts';

const NODE_2 = 'gecit.test/node-2/2026';

async function faultOf(attempt: Promise<unknown>): Promise<unknown> {
  const thrown: unknown = await attempt.then(
    () => 'none',
    (error: unknown) => error,
  );
  return (thrown as { faults?: { code: string }[] }).faults?.[0]?.code ?? thrown;
}

describe.each(SERVERS)('a database on $name', (engine) => {
  test('is shared by nodes whose logs know nothing of each other', async () => {
    await using temporary = await temporaryStore(engine);
    const { databaseUrl, copies = '' } = temporary.address;
    expect(await faultOf(createLog({ databaseUrl, origin: TEST_ORIGIN }, TEST_VKEY))).toBe('LOG_EXISTS');
    await createLog({ databaseUrl, origin: NODE_2 }, TEST_VKEY);
    const second = await openStore({ ...temporary.address, origin: NODE_2 });
    const heads = await Promise.all([commit(temporary.store.evidence, 2), commit(second.evidence, 3)]);
    expect(heads.map(({ origin, size }) => [origin, size])).toEqual([[TEST_ORIGIN, 2], [NODE_2, 3]]); // prettier-ignore
    expect(await findOpenLog({ databaseUrl, copies, node: 'gecit.test/node-2' })).toEqual({
      origin: NODE_2,
      size: 3,
    });
    expect(await findOpenLog({ databaseUrl, copies, node: 'gecit.test/node' })).toBeUndefined();
    await second.close();
  });

  test('takes one key folder for all its nodes', async () => {
    await using temporary = await temporaryStore(engine);
    const other = await openStore(temporary.address);
    await Promise.all([temporary.store.requireKeyFolder(() => 'mark'), other.requireKeyFolder(() => 'mark')]);
    expect(await faultOf(other.requireKeyFolder(() => 'another'))).toBe('KEY_FOLDER_OTHER');
    await other.close();
  });

  test('finds the leaves of queries in all logs of the node, and in no other', async () => {
    await using temporary = await temporaryStore(engine);
    const { evidence } = temporary.store;
    const [older, newer, strange] = [personalPart(), personalPart(), personalPart()];
    await evidence.transact(async (tx) => {
      const { leaves, head } = grow(await tx.head(), [older]);
      await tx.appendLeaves(leaves);
      await tx.moveHead(await tx.head(), { ...head, next: 'gecit.test/node-1/2027' });
      await tx.openNextLog(TEST_VKEY);
      await append(tx, [newer]);
    });
    await createLog({ databaseUrl: temporary.address.databaseUrl, origin: NODE_2 }, TEST_VKEY);
    const second = await openStore({ ...temporary.address, origin: NODE_2 });
    await second.evidence.transact(async (tx) => append(tx, [strange]));
    const found = await evidence.transact(async (tx) =>
      tx.leavesOf([older, newer, strange].map(({ queryId }) => queryId)),
    );
    expect(found.map((leaf) => [older, newer].filter(({ queryId }) => leaf.includes(queryId)))).toEqual([
      [older],
      [newer],
    ]);
    expect((await evidence.transact(async (tx) => tx.head())).origin).toBe('gecit.test/node-1/2027');
    await second.close();
  });

  test('takes batches as large as the queue hands over, and figures beyond 32 bits', async () => {
    await using temporary = await temporaryStore(engine);
    const { evidence } = temporary.store;
    const day = '2026-11-22';
    const scopes = Array.from({ length: 700 }, (_, place) => `official:a/${String(place)}`);
    const expiresAt = Number.MAX_SAFE_INTEGER;
    const requests = Array.from({ length: 256 }, (_, place) => ({
      key: `k${String(place)}`, requestHash: 'h', queryId: 'q', expiresAt,
    })); // prettier-ignore
    for (const from of [0, 1])
      await evidence.transact(async (tx) => {
        expect(await tx.counters(scopes.map((scope) => ({ scope, day })))).toEqual(scopes.map(() => from));
        await tx.moveCounters(
          scopes.map((scope, place) => ({ scope, day, from, to: from + 1 + (place % 2) * from })),
        );
        if (from === 0) await tx.rememberRequests(requests);
        await append(
          tx,
          Array.from({ length: 256 }, () => personalPart()),
        );
      });
    const counters = new Map((await evidence.countersOn(day)).map(({ scope, used }) => [scope, used]));
    expect(scopes.map((scope) => counters.get(scope))).toEqual(scopes.map((_, place) => 2 + (place % 2)));
    expect(await evidence.findRequest('k255', expiresAt - 1)).toMatchObject({ expiresAt });
    await temporary.store.readable.refresh();
    const reader = temporary.store.openLogReader();
    expect([...reader.indexesWithPart()]).toHaveLength(512);
    reader.close();
  });

  test('is left alone by a version that does not know all of its steps', async () => {
    await using temporary = await temporaryStore(engine);
    await using program = new ServerProgram(temporary.address.databaseUrl);
    await program.run("INSERT INTO migration (name, batch) VALUES ('999-later', 9)");
    expect(await faultOf(openStore(temporary.address))).toBe('DATABASE_NEWER');
  });
});

describe('a new database on PostgreSQL', () => {
  test('whose own letters are Turkish gets its tables from two nodes at once, and compares by code point', async () => {
    await using database = await startPostgres(
      "template0 LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    const address = { databaseUrl: database.url, copies: '' };
    expect(await faultOf(openStore({ ...address, origin: TEST_ORIGIN }))).toBe('DATABASE_MISSING');
    const origins = [TEST_ORIGIN, NODE_2];
    await Promise.all(origins.map(async (origin) => createLog({ ...address, origin }, TEST_VKEY)));
    await using program = new ServerProgram(database.url);
    await program.run("INSERT INTO audit_kid (kid) VALUES ('I'), ('ı'), ('İ'), ('i'), ('ç'), ('d'), ('Ç')");
    const kids = await program.run('SELECT kid FROM audit_kid ORDER BY kid');
    expect(kids.map(({ kid }) => kid)).toEqual(['I', 'd', 'i', 'Ç', 'ç', 'İ', 'ı']);
    expect(
      await program.run('SELECT 1 WHERE \'ı\' COLLATE "default" < \'i\' COLLATE "default"'),
    ).toHaveLength(1);
    expect(await program.run('SELECT origin FROM audit_head')).toHaveLength(2);
    const again = connectServer(serverAddress(database.url));
    await migrate(again, database.name);
    await again.destroy();
  });
});
