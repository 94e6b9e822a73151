import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Knex } from 'knex';
import { OutcomeUnknownError, StoreBusyError } from '../../../src/gateway/commit/evidence-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { connectServer } from '../../../src/store/server/connect-server.ts';
import { serverAddress } from '../../../src/store/server/server-address.ts';
import { ConnectionLostError } from '../../../src/store/server/server-connection.ts';
import { transactOn } from '../../../src/store/server/server-transact.ts';
import { POSTGRES, TEST_ORIGIN, type TestedDatabase } from '../../support/database-engines.ts';
import { ServerProgram } from '../../support/server-program.ts';
import { ShakyLine } from '../../support/shaky-line.ts';

const IMPATIENT = { lockMilliseconds: 500, statementMilliseconds: 5_000, answerMilliseconds: 1_000 };

let database: TestedDatabase;
let line: ShakyLine;
let program: ServerProgram;
let pool: Knex;

beforeEach(async () => {
  database = await POSTGRES.createWithLog();
  line = await ShakyLine.to(database.databaseUrl);
  await line.open();
  program = new ServerProgram(database.databaseUrl);
  pool = connectServer(serverAddress(line.url), { patience: IMPATIENT, connections: 2 });
});

afterEach(async () => {
  await pool.destroy();
  await program[Symbol.asyncDispose]();
  await line[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function addKid(transaction: Knex, kid: string): Promise<void> {
  await transaction('audit_kid').insert({ kid });
}

async function kids(): Promise<unknown[]> {
  return (await program.run('SELECT kid FROM audit_kid ORDER BY kid')).map(({ kid }) => kid);
}

async function backend(transaction: Knex): Promise<unknown> {
  return ((await transaction.raw('SELECT pg_backend_pid() AS pid')) as { rows: { pid: number }[] }).rows[0]
    ?.pid;
}

describe('a line to the database server', () => {
  test('that falls silent costs one statement its connection, and the next one gets another', async () => {
    await pool.raw('SELECT 1');
    line.silent = true;
    await expect(pool.raw('SELECT 2')).rejects.toBeInstanceOf(ConnectionLostError);
    line.silent = false;
    await pool.raw('SELECT 3');
    expect(line.made).toBe(2);
  });

  test.each(['breaks', 'falls silent'])(
    'that %s in the middle of a transaction undoes it: it may be tried again',
    async (how) => {
      const work = transactOn(pool, async (transaction) => {
        await addKid(transaction, 'lost');
        if (how === 'breaks') line.cut();
        else line.silent = true;
        await addKid(transaction, 'never sent');
      });
      await expect(work).rejects.toBeInstanceOf(StoreBusyError);
      line.silent = false;
      await transactOn(pool, async (transaction) => addKid(transaction, 'kept'));
      expect(await kids()).toEqual(['kept']);
    },
  );

  test('that breaks before the answer to a commit leaves its outcome unknown, here that it took effect', async () => {
    line.breaksAfter = 'COMMIT';
    await expect(
      transactOn(pool, async (transaction) => addKid(transaction, 'there')),
    ).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(await kids()).toEqual(['there']);
  });

  test('that was cut while nothing was said is found out by the next transaction, which may be tried again', async () => {
    await pool.raw('SELECT 1');
    line.cut();
    const attempt = async (): Promise<string> =>
      transactOn(pool, async (transaction) => addKid(transaction, 'kept')).then(
        () => 'committed',
        (error: unknown) => (error instanceof StoreBusyError ? 'busy' : String(error)),
      );
    const first = await attempt();
    expect([first, first === 'busy' ? await attempt() : first]).toContain('committed');
    expect(await kids()).toEqual(['kept']);
  });

  test('gets no second transaction before the first has ended: one that takes too long is cut off', async () => {
    const slow = transactOn(
      pool,
      async (transaction) => {
        await addKid(transaction, 'slow');
        await pause(100);
        await addKid(transaction, 'slower');
      },
      50,
    );
    await expect(slow).rejects.toBeInstanceOf(StoreBusyError);
    expect(await kids()).toEqual([]);
  });
});

describe('the database server', () => {
  test('that ends a connection itself undoes the transaction: it may be tried again', async () => {
    const ended = transactOn(pool, async (transaction) => {
      const pid = await backend(transaction);
      await program.run(`SELECT pg_terminate_backend(${String(pid)}, 5000)`);
      await addKid(transaction, 'never');
    });
    await expect(ended).rejects.toBeInstanceOf(StoreBusyError);
    expect(await kids()).toEqual([]);
  });

  test('lends the same connection to one transaction after the other, committed or not', async () => {
    const first = await transactOn(pool, backend);
    await transactOn(pool, async (transaction) => {
      await addKid(transaction, 'a');
      throw new Error('no');
    }).catch(() => undefined);
    await addKid(pool, 'b');
    await expect(transactOn(pool, async (transaction) => addKid(transaction, 'b'))).rejects.toMatchObject({
      code: '23505',
    });
    expect(await transactOn(pool, backend)).toBe(first);
    expect(await kids()).toEqual(['b']);
  });

  test('undoes one of two transactions that wait for each other, which may be tried again', async () => {
    let holding = 0;
    const turns = [1, 2].map(async (own) =>
      transactOn(pool, async (transaction) => {
        await transaction.raw('SELECT pg_advisory_xact_lock(?)', [own]);
        holding += 1;
        for (let look = 0; holding < 2 && look < 500; look += 1) await pause(1);
        await transaction.raw('SELECT pg_advisory_xact_lock(?)', [3 - own]);
      }),
    );
    const outcomes = await Promise.allSettled(turns);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(StoreBusyError);
  });

  test('is waited for when it starts a moment after the gateway', async () => {
    const later = await ShakyLine.to(database.databaseUrl);
    const opening = openStore({ databaseUrl: later.url, copies: database.copies, origin: TEST_ORIGIN });
    setTimeout(() => void later.open(), 50);
    await (await opening).close();
    expect(later.made).toBeGreaterThan(0);
    await later[Symbol.asyncDispose]();
  });

  test('that has no such database says so at once', async () => {
    const databaseUrl = database.databaseUrl.replace(/[^/]*$/, 'none');
    const opening = openStore({ databaseUrl, copies: database.copies, origin: TEST_ORIGIN });
    await expect(opening).rejects.toMatchObject({
      faults: [{ code: 'DATABASE_UNREACHABLE', message: { en: expect.stringContaining('(3D000)') } }],
    });
  });

  test('never shows values of a statement that fails', async () => {
    await addKid(pool, 'secret');
    await expect(addKid(pool, 'secret')).rejects.toThrow(
      /^insert into "audit_kid" \("kid"\) values \(\$1\) - /,
    );
  });
});
