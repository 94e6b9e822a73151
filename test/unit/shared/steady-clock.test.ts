import { describe, expect, test } from '@jest/globals';
import { SteadyClock } from '../../../src/shared/steady-clock.ts';

const NOON = Date.UTC(2026, 2, 2, 9);

function clocks(): { wall: { at: number }; monotonic: { at: number }; steady: SteadyClock } {
  const wall = { at: NOON };
  const monotonic = { at: 100 };
  return { wall, monotonic, steady: new SteadyClock({ now: () => wall.at }, () => monotonic.at) };
}

describe('a steady clock', () => {
  test('follows the wall clock and its small corrections', () => {
    const { wall, monotonic, steady } = clocks();
    wall.at += 60_000;
    monotonic.at += 57_000;
    expect([steady.now(), steady.reliable()]).toEqual([NOON + 60_000, true]);
  });

  test.each([3_600_000, -3_600_000])('goes on from before a jump of %d ms, and is not reliable', (jump) => {
    const { wall, monotonic, steady } = clocks();
    wall.at += jump + 1_000;
    monotonic.at += 1_000;
    expect([steady.now(), steady.reliable()]).toEqual([NOON + 1_000, false]);
  });

  test('is reliable again when the wall clock comes back', () => {
    const { wall, monotonic, steady } = clocks();
    wall.at += 86_400_000;
    expect(steady.reliable()).toBe(false);
    wall.at = NOON + 2_000;
    monotonic.at += 2_000;
    expect([steady.now(), steady.reliable()]).toEqual([NOON + 2_000, true]);
  });

  test('takes over many small corrections although together they are large', () => {
    const { wall, monotonic, steady } = clocks();
    for (let look = 1; look <= 10; look++) {
      wall.at += 64_000;
      monotonic.at += 60_000;
      expect(steady.now()).toBe(wall.at);
    }
    expect(steady.reliable()).toBe(true);
  });
});
