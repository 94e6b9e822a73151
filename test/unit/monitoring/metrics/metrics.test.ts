import { describe, expect, test } from '@jest/globals';
import { CommitFigures } from '../../../../src/monitoring/metrics/commit-figures.ts';
import { Histogram } from '../../../../src/monitoring/metrics/histogram.ts';
import { type Metric, single } from '../../../../src/monitoring/metrics/metric.ts';
import { createRegistry } from '../../../../src/monitoring/metrics/registry.ts';
import { linesOf } from '../../../support/metric-lines.ts';

const never = (): never => {
  throw new Error('every figure can be read');
};

describe('a histogram', () => {
  test('counts a value under the first bound that it does not exceed', () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0, 1, 1.1, 10, 11]) histogram.note(value);
    expect([...histogram.counts]).toEqual([2, 2, 1]);
    expect(histogram.sum).toBeCloseTo(23.1);
  });
});

describe('the text of the figures', () => {
  test('holds cumulative buckets, their sum and their count', async () => {
    const commits = new CommitFigures();
    commits.note(1, 2);
    commits.note(300, 4);
    const lines = linesOf(await createRegistry(commits.metrics(), never)(), 'gecit_commit_records');
    expect(lines).toContain('gecit_commit_records_bucket{le="1"} 1');
    expect(lines).toContain('gecit_commit_records_bucket{le="256"} 1');
    expect(lines).toContain('gecit_commit_records_bucket{le="+Inf"} 2');
    expect(lines).toContain('gecit_commit_records_sum 301');
    expect(lines).toContain('gecit_commit_records_count 2');
  });

  test('is read when it is asked for, again and again', async () => {
    let value = 1;
    const metric: Metric = { name: 'a', help: 'b', type: 'gauge', read: () => single(value) };
    const text = createRegistry([metric], never);
    expect(linesOf(await text(), 'a')).toEqual(['a 1']);
    value = 2;
    expect(linesOf(await text(), 'a')).toEqual(['a 2']);
  });

  test('lacks what cannot be read, which is told, and nothing else', async () => {
    const unread: string[] = [];
    const failing = (name: string): Metric => {
      return { name, help: '', type: 'gauge', read: async () => Promise.reject(new Error('no')) };
    };
    const metrics = [failing('a'), { name: 'b', help: '', type: 'gauge', read: () => single(1) } as const];
    const { text } = await createRegistry(metrics, (name) => unread.push(name))();
    expect(text).toContain('\nb 1\n');
    expect(text).not.toMatch(/^a /m);
    expect(unread).toEqual(['a']);
  });

  test('holds what Node says of its process, once for all gateways of it', async () => {
    const texts = [createRegistry([], never), createRegistry([], never)];
    for (const text of texts) {
      const { type, text: figures } = await text();
      expect(type).toContain('text/plain; version=0.0.4');
      expect(figures.match(/^# HELP nodejs_eventloop_lag_p99_seconds /gm)).toHaveLength(1);
      expect(figures).toMatch(/^process_cpu_seconds_total \d/m);
    }
  });
});
