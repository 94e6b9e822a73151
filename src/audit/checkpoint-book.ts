import { type SavedStamp } from './time-stamp/saved-stamp.ts';
import { type StoredCheckpoint } from './audit-log.ts';

/**
 * Signs what is durable, and keeps what others put under it. A checkpoint MUST be on the disk, in the database and as the
 * node's newest signature, before it is given to anybody.
 */
export interface CheckpointBook {
  readonly origin: string;
  /** C2SP vkey of the log. */
  readonly vkey: string;
  /**
   * The newest durable root, signed.
   * @throws CheckpointError LOG_EMPTY, LOG_ROLLED_BACK; LOG_KEY_MISSING where a closed log would be signed without its key
   */
  publish(): Promise<StoredCheckpoint>;
  /** A checkpoint of at least `size` leaves; waits where the last one was given out a moment ago. @throws CheckpointError */
  covering(size: number): Promise<StoredCheckpoint>;
  /** The checkpoint of exactly this size. @throws CheckpointError NOT_A_COMMIT where no commit ended there */
  at(size: number): Promise<StoredCheckpoint>;
  newest(): StoredCheckpoint | undefined;
  /** Keeps a witness's signature line under the checkpoint of this size; once for each name. */
  cosigned(size: number, name: string, line: string): Promise<void>;
  /** Keeps a time stamp over the note of a stored checkpoint; the first one stays. */
  stamped(stamp: SavedStamp): Promise<void>;
  close(): void;
}
