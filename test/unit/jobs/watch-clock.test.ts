import { describe, expect, test } from '@jest/globals';
import { ClockWatch } from '../../../src/jobs/watch-clock.ts';
import { type ReferenceClock } from '../../../src/shared/reference-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { SetClock } from '../../support/set-clock.ts';

const NOW = 1_000_000_000;

/** A watch over clocks that stand ahead of this one by so many milliseconds; undefined does not answer. */
class Watched {
  readonly clock = new SetClock(NOW);
  readonly logger = new RecordingLogger();
  ahead: (number | undefined)[];
  /** How long asking takes, by the monotonic clock. */
  takes = 0;
  readonly watch: ClockWatch;
  #monotonic = 0;

  constructor(...ahead: (number | undefined)[]) {
    this.ahead = ahead;
    const references = ahead.map((_, place): ReferenceClock => ({
      name: `clock-${String(place)}`,
      now: async () => {
        this.#monotonic += this.takes;
        const there = this.ahead[place];
        return Promise.resolve(there === undefined ? undefined : this.clock.now() + there);
      },
    }));
    this.watch = new ClockWatch({
      clock: this.clock,
      logger: this.logger,
      references,
      driftMilliseconds: 5_000,
      askMilliseconds: 60_000,
      monotonic: () => this.#monotonic,
    });
  }
}

describe('the watch over the clock', () => {
  test.each<[string, (number | undefined)[], boolean]>([
    ['one that agrees', [0], true],
    ['one that is ahead within what is tolerated', [5_000], true],
    ['one that is ahead by more', [5_001], false],
    ['one that is behind by more', [-5_001], false],
    ['one of two that differs', [9_000, 0], true],
    ['two of two that differ', [9_000, 9_000], false],
    ['two of three that differ', [9_000, 9_000, 0], false],
    ['one of three that differs', [9_000, 0, 0], true],
    ['one that differs beside one that does not answer', [9_000, undefined], false],
    ['nobody who answers', [undefined], true],
  ])('believes its own clock or not, against %s', async (_name, ahead, reliable) => {
    const { watch } = new Watched(...ahead);
    await watch.run();
    expect(watch.reliable()).toBe(reliable);
  });

  test('names each clock with how far ahead it is', async () => {
    const { watch } = new Watched(9_000, -20, undefined);
    expect(watch.drifts().map(({ milliseconds }) => milliseconds)).toEqual([null, null, null]);
    await watch.run();
    expect(watch.drifts()).toEqual([
      { name: 'clock-0', milliseconds: 9_000, differs: true },
      { name: 'clock-1', milliseconds: -20, differs: false },
      { name: 'clock-2', milliseconds: null, differs: false },
    ]);
  });

  test('does not hold the time of asking against anybody', async () => {
    const watched = new Watched(0);
    watched.takes = 12_000;
    await watched.watch.run();
    // Halfway through the asking it was 6 s earlier: 6 s of drift, and 6 s of doubt.
    expect(watched.watch.drifts()).toEqual([{ name: 'clock-0', milliseconds: 6_000, differs: false }]);
    expect(watched.watch.reliable()).toBe(true);
  });

  test('says once that it drifted, keeps to it while nobody answers, and says once that it agrees again', async () => {
    const watched = new Watched(9_000);
    for (const ahead of [9_000, 9_000, undefined]) {
      watched.ahead = [ahead];
      await watched.watch.run();
      expect(watched.watch.reliable()).toBe(false);
    }
    watched.ahead = [1];
    await watched.watch.run();
    await watched.watch.run();
    expect(watched.watch.reliable()).toBe(true);
    expect(watched.logger.named('clock.drifted')).toHaveLength(1);
    expect(watched.logger.named('clock.agrees')).toHaveLength(1);
  });

  test('has asked everybody once when it has started, and goes on until it is stopped', async () => {
    let asked = 0;
    const watch = new ClockWatch({
      clock: new SetClock(NOW),
      logger: new RecordingLogger(),
      references: [{ name: 'database', now: async () => Promise.resolve((asked += 1) * 0 + NOW) }],
      driftMilliseconds: 5_000,
      askMilliseconds: 1,
    });
    await watch.start();
    expect(asked).toBe(1);
    while (asked < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await watch.stop();
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toBe(before);
  });

  test('takes a clock that rejects for one that does not answer', async () => {
    const watch = new ClockWatch({
      clock: new SetClock(NOW),
      logger: new RecordingLogger(),
      references: [{ name: 'database', now: async () => Promise.reject(new Error('gone')) }],
      driftMilliseconds: 5_000,
      askMilliseconds: 60_000,
    });
    await watch.run();
    expect(watch.drifts()).toEqual([{ name: 'database', milliseconds: null, differs: false }]);
  });

  test('runs nothing where there is no other clock', async () => {
    const { watch } = new Watched();
    await watch.start();
    expect(watch.reliable()).toBe(true);
    await watch.stop();
  });
});
