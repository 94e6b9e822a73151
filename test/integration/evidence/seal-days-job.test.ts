import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SealDaysJob, type SealDaysPorts } from '../../../src/jobs/seal-days-job.ts';
import { startSealingProcess } from '../../../src/jobs/start-sealing-process.ts';
import { CheckpointError } from '../../../src/audit/checkpoint-error.ts';
import { hasClosedDay } from '../../../src/evidence/next-closed-day.ts';
import { DayLog, ORIGIN, ZONE } from '../../support/day-log.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { SetClock } from '../../support/set-clock.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');

function jobOf(log: DayLog, logger: RecordingLogger, change: Partial<SealDaysPorts> = {}): SealDaysJob {
  return new SealDaysJob({
    clock: new SetClock(NOW),
    logger,
    timeZone: ZONE,
    sealAt: '00:10',
    order: async () =>
      Promise.resolve({
        databaseUrl: log.address.databaseUrl,
        folder: log.folder,
        origins: [ORIGIN],
        policy: null,
      }),
    isDue: () => hasClosedDay(log.reader, log.folder, { now: NOW, timeZone: ZONE }),
    checkpointAt: async (_origin, size) => log.book.at(size),
    startSealing: startSealingProcess,
    ...change,
  });
}

describe('the job that seals days', () => {
  test('seals in a process of its own, whose checkpoints the gateway signs, and says which day is sealed', async () => {
    await using log = await DayLog.make();
    const logger = new RecordingLogger();
    await log.commit('2026-11-22T09:00:00Z', 300);
    await log.commit('2026-11-23T09:00:00Z', 3);
    const job = jobOf(log, logger);
    expect(job.state()).toEqual({ lastDay: null, lastError: null });
    await job.run();
    expect(job.state()).toEqual({ lastDay: '2026-11-23', lastError: null });
    expect(log.text('checkpoint')).toBe(log.text('days/2026-11-23/checkpoint'));
    const sealed = logger.lines.filter(({ event }) => event.startsWith('sealing.sealed'));
    expect(sealed.map(({ fields }) => fields)).toMatchObject([
      { day: '2026-11-22', leaves: 300, size: 300 },
      { day: '2026-11-23', leaves: 3, size: 303 },
    ]);
    // The lock is given back.
    expect(readdirSync(log.folder)).toEqual(['gecit.test']);
    await job.close();
  });

  test('seals at the start what was missed, and starts no process where nothing was', async () => {
    await using log = await DayLog.make();
    await log.commit('2026-11-22T09:00:00Z', 3);
    const first = jobOf(log, new RecordingLogger());
    first.start();
    await first.run();
    expect(first.state().lastDay).toBe('2026-11-22');
    await first.close();
    let started = 0;
    const second = jobOf(log, new RecordingLogger(), {
      startSealing: (order, sign) => {
        started += 1;
        return startSealingProcess(order, sign);
      },
    });
    second.start();
    expect(started).toBe(0);
    await second.close();
  });

  test('raises an alarm with its code and index when a day does not hold, and takes it back once it does', async () => {
    await using log = await DayLog.make();
    const logger = new RecordingLogger();
    await log.commit('2026-11-22T09:00:00Z', 3);
    log.tamper(
      'CREATE TABLE kept AS SELECT * FROM audit_leaf',
      'UPDATE audit_leaf SET leaf_hash = zeroblob(32)',
    );
    const job = jobOf(log, logger);
    await job.run();
    expect(job.state()).toEqual({ lastDay: null, lastError: 'SEAL_MISMATCH' });
    const alarms = logger.lines.filter(({ level }) => level === 'error');
    expect(alarms.map(({ fields }) => fields)).toMatchObject([
      { code: 'SEAL_MISMATCH', index: 0, origin: ORIGIN },
    ]);
    log.tamper('DELETE FROM audit_leaf', 'INSERT INTO audit_leaf SELECT * FROM kept');
    await job.run();
    expect(job.state()).toEqual({ lastDay: '2026-11-22', lastError: null });
    await job.close();
  });

  test('passes on why the gateway signed nothing', async () => {
    await using log = await DayLog.make();
    await log.commit('2026-11-22T09:00:00Z', 3);
    const refuse = async (): Promise<never> => Promise.reject(new CheckpointError('LOG_ROLLED_BACK'));
    const job = jobOf(log, new RecordingLogger(), { checkpointAt: refuse });
    await job.run();
    expect(job.state().lastError).toBe('LOG_ROLLED_BACK');
    expect(log.files().size).toBe(0);
    await job.close();
  });

  test('leaves it to another process that is sealing, and takes over from one that died', async () => {
    await using log = await DayLog.make();
    const logger = new RecordingLogger();
    await log.commit('2026-11-22T09:00:00Z', 3);
    const holder = { host: hostname(), pid: process.pid, started: null };
    const job = jobOf(log, logger);
    put(log, `_sealing-${String(process.pid)}.lock`, JSON.stringify(holder));
    await job.run();
    expect(job.state()).toEqual({ lastDay: null, lastError: null });
    expect(logger.lines.map(({ event }) => event)).toEqual([expect.stringContaining('sealing.busy')]);
    // Another process has the number by now.
    put(log, `_sealing-${String(process.pid)}.lock`, JSON.stringify({ ...holder, started: '1' }));
    await job.run();
    expect(job.state().lastDay).toBe('2026-11-22');
    await job.close();
  });

  test('stops at once when the gateway stops, and the next run finishes what was begun', async () => {
    await using log = await DayLog.make();
    const logger = new RecordingLogger();
    await log.commit('2026-11-22T09:00:00Z', 3);
    const asked: (() => void)[] = [];
    const begun = new Promise<void>((resolve) => asked.push(resolve));
    const job = jobOf(log, logger, {
      checkpointAt: async () => {
        asked[0]?.();
        return new Promise(() => undefined);
      },
    });
    const run = job.run();
    await begun;
    await job.close();
    await run;
    expect(logger.lines).toEqual([]);
    expect(readdirSync(log.folder)).toHaveLength(1);
    const next = jobOf(log, logger);
    await next.run();
    expect(next.state().lastDay).toBe('2026-11-22');
    expect(readdirSync(log.folder)).toEqual(['gecit.test']);
    await next.close();
  });
});

function put(log: DayLog, name: string, text: string): void {
  mkdirSync(log.folder, { recursive: true });
  writeFileSync(join(log.folder, name), text);
}
