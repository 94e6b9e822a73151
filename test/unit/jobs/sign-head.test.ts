import { describe, expect, test } from '@jest/globals';
import { CheckpointError } from '../../../src/audit/checkpoint-error.ts';
import { SignJob } from '../../../src/jobs/sign-head.ts';
import { until } from '../../support/gateway-process.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

describe('the job that has the head signed', () => {
  test('signs again and again until it is stopped', async () => {
    let signed = 0;
    const sign = async (): Promise<number> => Promise.resolve((signed += 1));
    const job = new SignJob({ sign, everyMilliseconds: 1, logger: new RecordingLogger() });
    job.start();
    await until(() => signed >= 3, 'three signatures');
    await job.stop();
    const before = signed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(signed).toBe(before);
  });

  test('signs what came last when it is stopped, if it was started', async () => {
    let signed = 0;
    const sign = async (): Promise<number> => Promise.resolve((signed += 1));
    const ports = { sign, everyMilliseconds: 60_000, logger: new RecordingLogger() };
    const [started, never] = [new SignJob(ports), new SignJob(ports)];
    started.start();
    await started.stop();
    await never.stop();
    expect(signed).toBe(1);
  });

  test('says with a code that the head could not be signed, and tries again', async () => {
    const logger = new RecordingLogger();
    const faults = [new CheckpointError('LOG_ROLLED_BACK'), new Error('the disk is full')];
    const sign = async (): Promise<void> => {
      const fault = faults.shift();
      return fault === undefined ? Promise.resolve() : Promise.reject(fault);
    };
    const job = new SignJob({ sign, everyMilliseconds: 60_000, logger });
    await job.run();
    await job.run();
    await job.run();
    expect(logger.named('evidence.head-unsigned').map(({ code }) => code)).toEqual([
      'LOG_ROLLED_BACK',
      'internal',
    ]);
  });

  test('a call while one is under way joins it', async () => {
    let signed = 0;
    const sign = async (): Promise<number> => Promise.resolve((signed += 1));
    const job = new SignJob({ sign, everyMilliseconds: 60_000, logger: new RecordingLogger() });
    await Promise.all([job.run(), job.run()]);
    expect(signed).toBe(1);
  });
});
