import { type LeafFacts } from '../audit/leaf.ts';
import { type SavedStamp } from '../audit/time-stamp/saved-stamp.ts';
import { type TimeStampAuthority } from '../notary/time-stamp-authority.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';

/** What the job asks of log, store and settings. */
export interface StampPorts {
  /** Null where the settings name none. */
  readonly authority: TimeStampAuthority | null;
  /** The newest signed checkpoint, published. */
  publish(): Promise<{ readonly size: number; readonly note: string }>;
  /** The saved stamp of the largest size. */
  newest(): SavedStamp | null;
  /** Durable when it resolves. MUST keep `note` and `response` byte for byte. */
  save(stamp: SavedStamp): Promise<void>;
  /** Whether the log holds a leaf of this query id. */
  isRecorded(leafId: string): Promise<boolean>;
  /** Appends a `time-stamp` leaf under this query id. Durable when it resolves. */
  record(leafId: string, facts: LeafFacts): Promise<void>;
  /** Whether the log holds, at index `size` or later, a leaf that `callsForStamp`. */
  grownSince(size: number): boolean;
  /** Records that no stamped checkpoint holds, counted from the log that is stamped next. */
  unstamped(): number;
  /** Where the first failed attempt outlives the process. */
  readonly failures: { load(): number | null; save(at: number | null): void };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly staleMilliseconds: number;
}
