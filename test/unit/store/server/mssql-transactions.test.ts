import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OutcomeUnknownError, StoreBusyError } from '../../../../src/gateway/commit/evidence-store.ts';
import { RegisterConflictError } from '../../../../src/gateway/register-change.ts';
import { serverAddress } from '../../../../src/store/server/server-address.ts';
import { ServerEvidenceStore } from '../../../../src/store/server/server-evidence-store.ts';
import { requireSuitable } from '../../../../src/store/server/server-settings.ts';
import { transactOn } from '../../../../src/store/server/server-transact.ts';
import { FakeMssql, MssqlError } from '../../../support/fake-mssql.ts';
import { anAgency } from '../../../support/people-builder.ts';

const KEY = { scope: 'agreement:a', day: '2026-11-22' };
const ADDRESS = serverAddress('mssql://user:secret@db.test/gecit');

let server: FakeMssql;
let store: ServerEvidenceStore;

beforeEach(() => {
  server = new FakeMssql();
  store = new ServerEvidenceStore(server.database(), 'gecit.test/node-1', async () => Promise.resolve());
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

function failsAt(pattern: RegExp, error: MssqlError): void {
  server.answer = ({ sql }) => (pattern.test(sql) ? error : [{ '': 1 }]);
}

describe('a transaction on SQL Server', () => {
  test('that a guard dooms sends nothing more, and is never committed, even when its work goes on', async () => {
    failsAt(
      /^insert into \[quota_counter\]/,
      new MssqlError(51_000, 'quota_counter: from zero upwards', true),
    );
    const careless = store.transact(async (tx) => {
      await tx.moveCounters([{ ...KEY, from: 0, to: 1 }]).catch(() => undefined);
      await tx.applyChange({ kind: 'add-agency', agency: anAgency() }).catch(() => undefined);
    });
    await expect(careless).rejects.toBeInstanceOf(StoreBusyError);
    expect(server.sent.at(-1)?.sql).toMatch(/^insert into \[quota_counter\]/);
    expect(server.transactions).toEqual(['begin at 2']);
  });

  test('that the server has ended takes no statement that would then stand by itself', async () => {
    failsAt(/^UPDATE a/, new MssqlError(1205, 'deadlock', true));
    const pool = server.pool();
    const careless = transactOn(pool, async (transaction) => {
      await Promise.resolve(transaction.raw('UPDATE a SET b = 1')).catch(() => undefined);
      await transaction.raw('UPDATE c SET d = 1');
    });
    await expect(careless).rejects.toThrow('has ended the transaction');
    expect(server.sent.map(({ sql }) => sql)).not.toContain('UPDATE c SET d = 1');
  });

  test('that is only refused is rolled back', async () => {
    failsAt(/^INSERT INTO agency/, new MssqlError(2627, 'duplicate'));
    const adding = store.transact(async (tx) => tx.applyChange({ kind: 'add-agency', agency: anAgency() }));
    await expect(adding).rejects.toBeInstanceOf(RegisterConflictError);
    expect(server.transactions).toEqual(['begin at 2', 'rollback']);
  });

  test.each([2_627, 2_601])('finds a duplicate in error %i', async (number) => {
    failsAt(/^insert into/, new MssqlError(number, 'duplicate'));
    const moving = store.transact(async (tx) => tx.moveCounters([{ ...KEY, from: 0, to: 1 }]));
    await expect(moving).rejects.toBeInstanceOf(StoreBusyError);
  });

  test.each([
    ['the victim of a deadlock', 1_205, true],
    ['a lock that is held too long', 1_222, false],
    ['a conflict of snapshots', 3_960, true],
  ])('may be tried again after %s', async (_, number, dooms) => {
    failsAt(/^insert into/, new MssqlError(number, 'busy', dooms));
    const moving = store.transact(async (tx) => tx.moveCounters([{ ...KEY, from: 0, to: 1 }]));
    await expect(moving).rejects.toBeInstanceOf(StoreBusyError);
  });

  test('is not tried again after any other error', async () => {
    failsAt(/^insert into/, new MssqlError(1_105, 'the disk is full'));
    const moving = store.transact(async (tx) => tx.moveCounters([{ ...KEY, from: 0, to: 1 }]));
    await expect(moving).rejects.toMatchObject({ number: 1_105 });
  });

  test('whose commit gets no answer is neither kept nor undone for certain', async () => {
    server.losesCommits = true;
    const committing = store.transact(async (tx) => tx.counters([KEY]));
    await expect(committing).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  test('whose connection is lost leaves no statement to be run by another', async () => {
    const pool = server.pool({ connections: 2 });
    const lost = transactOn(pool, async (transaction) => {
      await transaction.raw('UPDATE a SET b = 1');
      server.connections.at(-1)?.close();
      await transaction.raw('UPDATE a SET b = 2');
    });
    await expect(lost).rejects.toBeInstanceOf(StoreBusyError);
    await pool.raw('SELECT 1 AS a');
    await pool.raw('SELECT 2 AS a');
    expect(server.sent.map(({ sql }) => sql)).not.toContain('UPDATE a SET b = 2');
    expect(server.connections).toHaveLength(2);
  });
});

describe('a database on SQL Server', () => {
  const suitable = { readsDoNotWait: true, snapshots: 1, delayed: 0, version: 15 };

  test.each([
    [
      'READ_COMMITTED_SNAPSHOT',
      { readsDoNotWait: false },
      'SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE',
    ],
    ['ALLOW_SNAPSHOT_ISOLATION', { snapshots: 0 }, 'SET ALLOW_SNAPSHOT_ISOLATION ON'],
    ['DELAYED_DURABILITY', { delayed: 2 }, 'SET DELAYED_DURABILITY = DISABLED'],
    ['SQL Server < 2019', { version: 14 }, 'SQL Server 2019'],
  ])('is refused for its %s, with the statement to run', async (what, change, statement) => {
    server.answer = () => [{ ...suitable, ...change }];
    await expect(requireSuitable(server.pool(), ADDRESS)).rejects.toMatchObject({
      faults: [
        {
          code: 'DATABASE_UNSUITABLE',
          message: { en: expect.stringContaining(what) },
          remedy: { en: expect.stringContaining(statement) },
        },
      ],
    });
  });

  test('is taken as it should be', async () => {
    server.answer = () => [suitable];
    await expect(requireSuitable(server.pool(), ADDRESS)).resolves.toBeUndefined();
  });
});
