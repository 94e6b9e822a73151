import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../../../src/store/create-log.ts';
import { LEASE_MILLISECONDS, LeaseLostError } from '../../../src/store/log-lease.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { type Store } from '../../../src/store/store.ts';
import { SERVERS, TEST_VKEY } from '../../support/database-engines.ts';
import { ServerProgram } from '../../support/server-program.ts';
import { commit, type TemporaryStore, temporaryStore } from './temporary-store.ts';

/** A machine that is not this one. */
const ELSEWHERE = "UPDATE log_lease SET host = 'elsewhere'";

describe.each(SERVERS)('the right to serve a log on $name', (engine) => {
  let temporary: TemporaryStore;
  let program: ServerProgram;
  let others: Store[];

  beforeEach(async () => {
    temporary = await temporaryStore(engine);
    program = new ServerProgram(temporary.address.databaseUrl);
    others = [];
  });

  afterEach(async () => {
    for (const other of others) await other.close();
    await program[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
  });

  async function another(origin = temporary.address.origin): Promise<Store> {
    const other = await openStore({ ...temporary.address, origin });
    others.push(other);
    return other;
  }

  /** As if the holder renewed its lease all the time. */
  async function renewed<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => void program.run('UPDATE log_lease SET until = until + 1'), 100);
    return work.finally(() => {
      clearInterval(timer);
    });
  }

  async function lease(): Promise<{ readonly holder: string; readonly left: number }> {
    const now =
      engine.name === 'PostgreSQL'
        ? 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)'
        : "DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())";
    const [row] = await program.run(`SELECT holder, until - ${now} AS time_left FROM log_lease`);
    if (row === undefined) throw new Error('nobody has the lease');
    return { holder: row['holder'] as string, left: Number(row['time_left']) };
  }

  test("is one process's, by the clock of the database", async () => {
    await temporary.store.serve();
    const { left } = await lease();
    expect(left).toBeLessThanOrEqual(LEASE_MILLISECONDS);
    expect(left).toBeGreaterThan(LEASE_MILLISECONDS - 5_000);
    expect((await commit(temporary.store.evidence, 1)).size).toBe(1);
  });

  test('is refused while another process goes on renewing it', async () => {
    await temporary.store.serve();
    await program.run(ELSEWHERE);
    const asking = Promise.allSettled([(await another()).serve()]);
    const [refused] = await renewed(asking);
    expect(refused).toMatchObject({ reason: { faults: [{ code: 'LOG_IN_USE' }] } });
  });

  test('goes over at once from a process of this machine that is gone', async () => {
    await temporary.store.serve();
    const before = await lease();
    await program.run('UPDATE log_lease SET pid = 999999999');
    await (await another()).serve();
    expect((await lease()).holder).not.toBe(before.holder);
  });

  test('goes over once the lease of a machine that fell silent runs out', async () => {
    await temporary.store.serve();
    await program.run(`${ELSEWHERE}, until = until - ${String(LEASE_MILLISECONDS)}`);
    await (await another()).serve();
    await expect(commit(temporary.store.evidence, 1)).rejects.toBeInstanceOf(LeaseLostError);
    expect((await commit(others[0]?.evidence ?? temporary.store.evidence, 1)).size).toBe(1);
  });

  test('is taken by one of two that ask at once', async () => {
    const second = await another();
    const asked = await renewed(Promise.allSettled([temporary.store.serve(), second.serve()]));
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('goes over in the middle of a commit only after its end', async () => {
    await temporary.store.serve();
    const second = await another();
    const order: string[] = [];
    await program.run(`${ELSEWHERE}, until = 0`);
    let serving: Promise<unknown> = Promise.resolve();
    await temporary.store.evidence.transact(async (tx) => {
      serving = second.serve().then(() => order.push('served'));
      for (let look = 0; look < 20; look += 1) await tx.counters([{ scope: 'none', day: '2026-11-22' }]);
      order.push('committed');
    });
    await serving;
    expect(order).toEqual(['committed', 'served']);
  });

  test('is given back with the store, and each node has its own', async () => {
    const origin = 'gecit.test/node-2/2026';
    await createLog({ databaseUrl: temporary.address.databaseUrl, origin }, TEST_VKEY);
    await (await another(origin)).serve();
    await temporary.store.serve();
    expect(await program.run('SELECT node FROM log_lease ORDER BY node')).toEqual([
      { node: 'gecit.test/node-1' },
      { node: 'gecit.test/node-2' },
    ]);
    await others.pop()?.close();
    expect(await program.run('SELECT node FROM log_lease')).toEqual([{ node: 'gecit.test/node-1' }]);
  });
});
