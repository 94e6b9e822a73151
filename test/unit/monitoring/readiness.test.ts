import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type Check, fail, warn } from '../../../src/monitoring/checks/check.ts';
import { InTime } from '../../../src/monitoring/checks/in-time.ts';
import { ReadinessChecks } from '../../../src/monitoring/readiness.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const SENTENCE = { tr: 'Öyle.', en: 'So.' };
const check = (name: string, look: Check['look'] = () => []): Check => ({ name, look });

describe('readiness', () => {
  test('holds while checks only warn, and names those that do', async () => {
    const checks = [check('a'), check('b', () => [warn('LOW', SENTENCE, 'disk')])];
    const found = await new ReadinessChecks(checks, new RecordingLogger()).look();
    expect(found).toEqual({
      ready: true,
      failed: [],
      warned: ['b'],
      checks: {
        a: { status: 'ok', findings: [] },
        b: { status: 'warn', findings: [{ level: 'warn', code: 'LOW', message: SENTENCE, about: 'disk' }] },
      },
    });
  });

  test('ends with one failure beside any number of warnings', async () => {
    const checks = [check('a', () => [warn('LOW', SENTENCE), fail('OUT', SENTENCE)])];
    const found = await new ReadinessChecks(checks, new RecordingLogger()).look();
    expect(found).toMatchObject({
      ready: false,
      failed: ['a'],
      warned: [],
      checks: { a: { status: 'fail' } },
    });
  });

  test('ends where a check cannot be made; the log says why', async () => {
    const logger = new RecordingLogger();
    const cause = new Error('no');
    const checks = [check('a', async () => Promise.reject(cause)), check('b')];
    const found = await new ReadinessChecks(checks, logger).look();
    expect(found.failed).toEqual(['a']);
    expect(JSON.stringify(found)).toContain('CHECK_FAILED');
    expect(logger.named('ops.check-failed')).toEqual([{ name: 'a', cause }]);
  });

  test('does not wait for a check that hangs, nor for the others because of it', async () => {
    const checks = [check('a', async () => new Promise(() => undefined)), check('b')];
    const found = await new ReadinessChecks(checks, new RecordingLogger(), 5).look();
    expect(found.failed).toEqual(['a']);
    expect(JSON.stringify(found)).toContain('CHECK_TIMED_OUT');
  });
});

describe('a look that hangs', () => {
  test('is not begun a second time before it has come back, and is begun again then', async () => {
    const gates: ((value: string) => void)[] = [];
    const look = new InTime(async () => new Promise<string>((resolve) => gates.push(resolve)), 5);
    expect(await look.now()).toBeUndefined();
    expect(await look.now()).toBeUndefined();
    expect(gates).toHaveLength(1);
    gates[0]?.('late');
    await turn();
    const again = look.now();
    gates[1]?.('in time');
    expect(await again).toBe('in time');
    expect(gates).toHaveLength(2);
  });

  test('that is in time is begun for everybody who asks', async () => {
    let begun = 0;
    const look = new InTime(async () => Promise.resolve((begun += 1)), 60_000);
    expect(await Promise.all([look.now(), look.now()])).toEqual([1, 2]);
  });
});
