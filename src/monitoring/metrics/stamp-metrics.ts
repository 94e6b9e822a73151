import { type StampState } from '../../jobs/stamp-checkpoints.ts';
import { gauge, type Metric, single } from './metric.ts';

/** How the log stands with its time-stamp authority. Times are Unix seconds, 0 for never. */
export function stampMetrics(stamps: () => StampState): Metric[] {
  const figure = (name: string, help: string, value: (state: StampState) => number): Metric =>
    gauge(name, help, () => single(value(stamps())));
  return [
    figure('gecit_time_stamps_configured', '1 where checkpoints are stamped by an authority', ({ configured }) => Number(configured)),
    figure('gecit_unstamped_records', 'Records that no stamped checkpoint holds', ({ unstamped }) => unstamped),
    figure('gecit_stamped_timestamp_seconds', 'Time of the newest stamp', ({ stampedAt }) => seconds(stampedAt)),
    figure('gecit_stamp_failing_since_timestamp_seconds', 'First failed attempt since the last that succeeded', ({ firstFailedAt }) => seconds(firstFailedAt)),
    figure('gecit_evidence_stale', '1 while queries are refused with EVIDENCE_STALE', ({ stale }) => Number(stale)),
  ];
} // prettier-ignore

function seconds(at: number | null): number {
  return (at ?? 0) / 1000;
}
