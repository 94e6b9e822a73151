import { Gauge, Registry } from 'prom-client';

/** How the log stands with its time-stamp authority. Times are epoch milliseconds. */
export interface TimeStampFigures {
  readonly configured: boolean;
  /** Records that no stamped checkpoint holds. */
  readonly unstamped: number;
  /** As the authority stated it; null before the first stamp. */
  readonly stampedAt: number | null;
  /** Since when no attempt has succeeded; null while they do. */
  readonly firstFailedAt: number | null;
  /** Whether queries are refused for it. */
  readonly stale: boolean;
}

/** Figures for the operator's monitoring, read when they are asked for. Times are Unix seconds, 0 for never. */
export function createMetrics(timeStamps: () => TimeStampFigures): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: (figures: TimeStampFigures) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(timeStamps()));
      },
    });
  };
  gauge('gecit_time_stamps_configured', '1 where checkpoints are stamped by an authority', ({ configured }) =>
    Number(configured),
  );
  gauge('gecit_unstamped_records', 'records that no stamped checkpoint holds', ({ unstamped }) => unstamped);
  gauge('gecit_stamped_timestamp_seconds', 'time of the newest stamp', ({ stampedAt }) => seconds(stampedAt));
  gauge(
    'gecit_stamp_failing_since_timestamp_seconds',
    'first failed attempt since the last that succeeded',
    ({ firstFailedAt }) => seconds(firstFailedAt),
  );
  gauge('gecit_evidence_stale', '1 while queries are refused with EVIDENCE_STALE', ({ stale }) =>
    Number(stale),
  );
  return registry;
}

function seconds(at: number | null): number {
  return (at ?? 0) / 1000;
}
