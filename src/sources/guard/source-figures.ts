import { type LatencyFigures } from './latency-histogram.ts';

/**
 * How a call of a source ended. `unavailable`: the source could not be asked, or not in time (`time-limit`).
 * `invalid`: it answered more or other than its limits allow. `queue-full`, `left-alone`: refused without asking it, as too
 * many calls waited or too many in a row had failed. `failed`: a fault of the gateway.
 */
export type CallOutcome =
  'answered' | 'unavailable' | 'time-limit' | 'invalid' | 'queue-full' | 'left-alone' | 'failed';

/** How a source stands now, and its counts since the gateway was started. Holds no data. */
export interface SourceFigures {
  readonly source: string;
  /** `closed`: it is asked. `open`: it is left alone. `half-open`: one call tries it. */
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Calls under way and waiting now, and how many of each there may be. */
  readonly underWay: number;
  readonly concurrency: number;
  readonly waiting: number;
  readonly queue: number;
  readonly calls: Readonly<Record<CallOutcome, number>>;
  /** Reads that were asked again after their connection failed. */
  readonly retries: number;
  /** Time from arrival to end of the calls that were not refused at once. */
  readonly latency: LatencyFigures;
}
