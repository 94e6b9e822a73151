import { describe, expect, test } from '@jest/globals';
import { benchLine, figuresOf, median, mediansOf, quantile, table } from '../../../scripts/bench/figures.mjs';

const figures = (us: number, rps = 1000, p99Ms = 9): Parameters<typeof mediansOf>[0][number] => ({
  us,
  rps,
  p50Ms: 4,
  p99Ms,
});

describe('figures of the measurement', () => {
  test('the median does not depend on the order and takes the mean of two middle values', () => {
    expect(median([30, 100, 20])).toBe(30);
    expect(median([9, 10, 100, 2])).toBe(9.5);
  });

  test('a quantile is the smallest value that the share does not exceed', () => {
    const sorted = Float64Array.from({ length: 200 }, (_, place) => place + 1);
    expect(quantile(sorted, 0.5)).toBe(100);
    expect(quantile(sorted, 0.99)).toBe(198);
    expect(quantile([7], 0.99)).toBe(7);
  });

  test('server CPU is counted by answer, answers by second', () => {
    const round = figuresOf({ answers: 6000, seconds: 3, p50Ms: 1.5, p99Ms: 8 }, 900_000);
    expect(round).toEqual({ us: 150, rps: 2000, p50Ms: 1.5, p99Ms: 8 });
  });

  test('medians are taken figure by figure', () => {
    expect(mediansOf([figures(300, 10, 5), figures(100, 30, 7), figures(200, 20, 90)])).toEqual(
      figures(200, 20, 7),
    );
  });

  test('the table has a line for each server', () => {
    const lines = table('round 1', { floor: figures(281.26), gateway: figures(140) }).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^ {2}floor +281\.3 +1000 +4\.00 +9\.00$/);
  });

  test('the last line holds every figure of the contract in its order', () => {
    const servers = {
      floor: figures(280, 3500.4, 20.126),
      limit: figures(40.04),
      gateway: figures(140, 6000, 12),
    };
    expect(benchLine(servers, { answers: 22_504, leaves: 22_504 })).toBe(
      'BENCH {"floor_us":280,"limit_us":40,"gateway_us":140,"ratio_to_floor":2,"ratio_to_limit":0.286,' +
        '"floor_rps":3500,"limit_rps":1000,"gateway_rps":6000,"floor_p99_ms":20.13,"gateway_p99_ms":12,' +
        '"answers":22504,"leaves":22504}',
    );
  });

  test('another version that took turns stands beside it with the ratio of the two', () => {
    const servers = { floor: figures(280), limit: figures(40), gateway: figures(150), before: figures(140) };
    expect(benchLine(servers, { answers: 1, leaves: 1 })).toMatch(
      /"before_us":140,"ratio_to_before":1\.071}$/,
    );
  });
});
