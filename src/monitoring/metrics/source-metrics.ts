import { type SourceFigures } from '../../sources/guard/source-figures.ts';
import { type SourceWatch } from '../source-watch.ts';
import { gauge, type Metric, type Samples } from './metric.ts';

/** What sources cost and how they stand, as their guards counted it. */
export function sourceMetrics(figures: () => readonly SourceFigures[], watch: SourceWatch): Metric[] {
  const each = (read: (source: SourceFigures) => number) => (): Samples =>
    figures().map((source) => [{ source: source.source }, read(source)] as const);
  return [
    {
      name: 'gecit_source_calls_total',
      help: 'Calls of a source that ended, by outcome',
      type: 'counter',
      read: () =>
        figures().flatMap(({ source, calls }) =>
          Object.entries(calls).map(([outcome, count]) => [{ source, outcome }, count] as const),
        ),
    },
    {
      name: 'gecit_source_call_duration_seconds',
      help: 'Time of the calls of a source that were not refused at once, waiting included',
      type: 'histogram',
      read: () => figures().map(({ source, latency }) => [{ source }, countsOf(latency)] as const),
    },
    {
      name: 'gecit_source_retries_total',
      help: 'Reads that were asked again after their connection failed',
      type: 'counter',
      read: each(({ retries }) => retries),
    },
    gauge('gecit_source_calls_in_flight', 'Calls under way', each(({ underWay }) => underWay)),
    gauge('gecit_source_calls_waiting', 'Calls that wait for a place', each(({ waiting }) => waiting)),
    gauge('gecit_source_breaker_open', '1 while a source is left alone after failures', each(({ breaker }) => Number(breaker === 'open'))),
    gauge('gecit_source_down', '1 while the newest fetches of a source have all failed', () =>
      watch.ids().map((source) => [{ source }, Number(watch.isDown(source))] as const),
    ),
  ];
} // prettier-ignore

/** Buckets that each hold the ones before, as buckets of their own. */
function countsOf({ buckets, calls, sumSeconds }: SourceFigures['latency']): {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
} {
  const upTo = [...buckets.map((bucket) => bucket.calls), calls];
  return {
    bounds: buckets.map(({ seconds }) => seconds),
    counts: upTo.map((count, place) => count - (upTo[place - 1] ?? 0)),
    sum: sumSeconds,
  };
}
