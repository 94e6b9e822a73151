import { describe, expect, test } from '@jest/globals';
import { FairLanes } from '../../../../src/gateway/commit/fair-lanes.ts';

function lanesWith(
  ...waiting: [lane: string, kind: 'answer' | 'refusal', count: number][]
): FairLanes<string> {
  const lanes = new FairLanes<string>();
  for (const [lane, kind, count] of waiting) {
    for (let place = 0; place < count; place++)
      lanes.add(lane, kind === 'answer', `${lane} ${kind} ${String(place)}`);
  }
  return lanes;
}

const count = (taken: readonly string[], prefix: string): number =>
  taken.filter((item) => item.startsWith(prefix)).length;

describe('the lanes of waiting records', () => {
  test("take another agency's answer first, whatever number of refusals waits", () => {
    const lanes = lanesWith(['alpha', 'refusal', 1_000], ['beta', 'answer', 1]);
    expect(lanes.take(256)).toContain('beta answer 0');
  });

  test('take equal shares from each agency, and what one does not use goes to the others', () => {
    const taken = lanesWith(['alpha', 'answer', 100], ['beta', 'answer', 100], ['gamma', 'answer', 2]).take(
      12,
    );
    expect([count(taken, 'alpha'), count(taken, 'beta'), count(taken, 'gamma')]).toEqual([5, 5, 2]);
  });

  test('leave a quarter of a batch to refusals while answers wait, so that no kind waits for ever', () => {
    const taken = lanesWith(['alpha', 'answer', 100], ['beta', 'refusal', 100]).take(16);
    expect([count(taken, 'alpha answer'), count(taken, 'beta refusal')]).toEqual([12, 4]);
  });

  test('leave nothing empty: few refusals, or no answers, give their places away', () => {
    expect(lanesWith(['alpha', 'answer', 100], ['beta', 'refusal', 1]).take(16)).toHaveLength(16);
    expect(lanesWith(['beta', 'refusal', 100]).take(16)).toHaveLength(16);
    expect(lanesWith(['alpha', 'answer', 3]).take(16)).toHaveLength(3);
  });

  test('keep the order within an agency and a kind', () => {
    const lanes = lanesWith(['alpha', 'answer', 5]);
    expect([...lanes.take(2), ...lanes.take(9)]).toEqual(
      [0, 1, 2, 3, 4].map((place) => `alpha answer ${String(place)}`),
    );
  });

  test('serve every agency in turn even when there are more agencies than places', () => {
    const names = Array.from({ length: 10 }, (_, place) => `agency-${String(place)}`);
    const lanes = lanesWith(...names.map((name): [string, 'answer', number] => [name, 'answer', 100]));
    const served = [...lanes.take(4), ...lanes.take(4), ...lanes.take(4)].map((item) => item.split(' ')[0]);
    expect(new Set(served)).toEqual(new Set(names));
  });

  test('give out every item exactly once and know how many wait', () => {
    const lanes = lanesWith(['alpha', 'answer', 7], ['beta', 'refusal', 8], ['alpha', 'refusal', 9]);
    expect(lanes.size).toBe(24);
    expect([...lanes]).toHaveLength(24);
    const taken = [...lanes.take(5), ...lanes.take(5), ...lanes.take(100)];
    expect(new Set(taken).size).toBe(24);
    expect(lanes.size).toBe(0);
    expect(lanes.take(1)).toEqual([]);
  });
});
