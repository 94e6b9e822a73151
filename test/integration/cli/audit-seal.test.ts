import { rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openLogOf } from '../../../src/store/find-log.ts';
import { CommandLine } from '../../support/command-line.ts';
import { DayLog, ORIGIN } from '../../support/day-log.ts';
import { NOON } from '../../support/people-builder.ts';

const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number): string => new Date(NOON - days * DAY).toISOString();

/** A command line whose logs are those of a real database. */
function sealing(cli: CommandLine, log: DayLog): { closed: number } {
  const state = { closed: 0 };
  cli.openSealing = async () =>
    Promise.resolve({
      folder: log.folder,
      origins: [ORIGIN],
      open: (origin: string) => openLogOf(log.address.databaseUrl, origin),
      checkpointAt: async (_origin: string, size: number) => log.book.at(size),
      policy: null,
      close: async () => {
        state.closed += 1;
        return Promise.resolve();
      },
    });
  return state;
}

describe('gecit audit seal', () => {
  test('says of every sealed day how many records, which size, root and files, and is recorded first', async () => {
    using cli = new CommandLine();
    await using log = await DayLog.make();
    const state = sealing(cli, log);
    await log.commit(daysAgo(2), 3);
    await log.commit(daysAgo(1), 300);
    const said = await cli.say('audit', 'seal');
    expect(said.code).toBe(0);
    const days = said.out.split('\n').filter((line) => line.startsWith('SEALED'));
    expect(days).toHaveLength(2);
    expect(said.out).toMatch(/records: 300 {3}size: 303 {3}files: \d+/);
    expect(said.out).toContain(`root: ${log.reader.head().root.toString('base64')}`);
    expect(cli.database.leaves.at(-1)).toMatchObject({ type: 'act', action: 'audit.seal' });
    expect(state.closed).toBe(1);
  });

  test('says that there is nothing to do, and the same for a machine', async () => {
    using cli = new CommandLine();
    await using log = await DayLog.make();
    sealing(cli, log);
    await log.commit(daysAgo(0), 3);
    expect(await cli.say('audit', 'seal')).toMatchObject({
      code: 0,
      out: 'There is nothing to seal: every day that has ended is sealed.',
    });
    const { out } = await cli.say('audit', 'seal', '--json');
    expect(JSON.parse(out)).toEqual({ days: [], alarms: [] });
  });

  test('exits with 1 and names code and index when a day does not hold, and keeps the days before it', async () => {
    using cli = new CommandLine();
    await using log = await DayLog.make();
    sealing(cli, log);
    await log.commit(daysAgo(2), 3);
    await log.commit(daysAgo(1), 3);
    log.tamper("UPDATE audit_leaf SET leaf = CAST(leaf || ' ' AS BLOB) WHERE idx = 4");
    const said = await cli.say('audit', 'seal', '--json');
    expect(said.code).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({
      days: [{ size: 3 }],
      alarms: [{ origin: ORIGIN, code: 'SEAL_MISMATCH', index: 4 }],
    });
    const again = await cli.say('audit', 'seal');
    expect(again.code).toBe(1);
    expect(again.err).toContain('SEAL_MISMATCH: ');
    expect(again.err).toContain('from index 4 on');
  });

  test('refuses without an operator, and before anything is sealed', async () => {
    using cli = new CommandLine();
    await using log = await DayLog.make();
    sealing(cli, log);
    await log.commit(daysAgo(1), 3);
    rmSync(cli.path('operators/me.key'));
    expect((await cli.say('audit', 'seal')).code).toBe(2);
    expect(log.files().size).toBe(0);
  });
});
