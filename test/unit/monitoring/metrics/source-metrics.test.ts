import { describe, expect, test } from '@jest/globals';
import { createRegistry } from '../../../../src/monitoring/metrics/registry.ts';
import { sourceMetrics } from '../../../../src/monitoring/metrics/source-metrics.ts';
import { SourceWatch } from '../../../../src/monitoring/source-watch.ts';
import { type SourceFigures } from '../../../../src/sources/guard/source-figures.ts';
import { FakeSource } from '../../../support/fake-source.ts';
import { linesOf, valueOf } from '../../../support/metric-lines.ts';
import { refusalOf } from '../../../support/refusal.ts';

const FIGURES: SourceFigures = {
  source: 'register',
  breaker: 'open',
  underWay: 2,
  concurrency: 10,
  waiting: 3,
  queue: 100,
  calls: {
    answered: 5,
    unavailable: 4,
    'time-limit': 0,
    invalid: 1,
    'queue-full': 0,
    'left-alone': 7,
    failed: 0,
  },
  retries: 6,
  latency: {
    buckets: [
      { seconds: 0.1, calls: 4 },
      { seconds: 1, calls: 9 },
    ],
    calls: 10,
    sumSeconds: 12.5,
  },
};

describe('the figures of a source', () => {
  test('are those that its guard counted', async () => {
    const metrics = await createRegistry(
      sourceMetrics(() => [FIGURES], new SourceWatch()),
      () => undefined,
    )();
    const of = (name: string): number | undefined => valueOf(metrics, `${name}{source="register"}`);
    expect(of('gecit_source_retries_total')).toBe(6);
    expect(of('gecit_source_calls_in_flight')).toBe(2);
    expect(of('gecit_source_calls_waiting')).toBe(3);
    expect(of('gecit_source_breaker_open')).toBe(1);
    expect(linesOf(metrics, 'gecit_source_calls_total')).toContain(
      'gecit_source_calls_total{source="register",outcome="left-alone"} 7',
    );
  });

  test('keep its buckets as they are', async () => {
    const metrics = await createRegistry(
      sourceMetrics(() => [FIGURES], new SourceWatch()),
      () => undefined,
    )();
    expect(linesOf(metrics, 'gecit_source_call_duration_seconds')).toEqual([
      'gecit_source_call_duration_seconds_bucket{source="register",le="0.1"} 4',
      'gecit_source_call_duration_seconds_bucket{source="register",le="1"} 9',
      'gecit_source_call_duration_seconds_bucket{source="register",le="+Inf"} 10',
      'gecit_source_call_duration_seconds_sum{source="register"} 12.5',
      'gecit_source_call_duration_seconds_count{source="register"} 10',
    ]);
  });

  test('say whether it is down', async () => {
    const watch = new SourceWatch();
    const source = watch.watched(new FakeSource({ id: 'register' }).failWith());
    const text = createRegistry(
      sourceMetrics(() => [], watch),
      () => undefined,
    );
    expect(valueOf(await text(), 'gecit_source_down{source="register"}')).toBe(0);
    for (let time = 0; time < 3; time++)
      await refusalOf(async () => source.fetch({ agreementId: 'a', operationId: 'b', input: {} }));
    expect(valueOf(await text(), 'gecit_source_down{source="register"}')).toBe(1);
  });
});
