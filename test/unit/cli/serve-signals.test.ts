import { describe, expect, test } from '@jest/globals';
import { serveSignals, type Signals } from '../../../src/cli/serve-signals.ts';

async function isHeard(signals: Signals): Promise<boolean> {
  const notYet = new Promise<false>((resolve) => setImmediate(resolve, false));
  return Promise.race([signals.first.then(() => true), notYet]);
}

describe('SIGHUP', () => {
  test('has a service read its files again, each time, and does not stop it', async () => {
    let reloads = 0;
    const signals = serveSignals(() => void (reloads += 1), false);
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    expect([reloads, await isHeard(signals)]).toEqual([2, false]);
    process.emit('SIGTERM');
    expect(await isHeard(signals)).toBe(true);
    signals.forgetReload();
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });

  test('stops a process whose terminal is gone', async () => {
    let reloads = 0;
    const signals = serveSignals(() => void (reloads += 1), true);
    process.emit('SIGHUP');
    expect([reloads, await isHeard(signals)]).toEqual([0, true]);
    signals.forgetReload();
  });
});
