import { setTimeout as pause } from 'node:timers/promises';
import pRetry from 'p-retry';
import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { CheckpointError } from '../audit/checkpoint-error.ts';
import { restoredSizeOf } from '../audit/left-by-restore.ts';
import { encodeCheckpoint } from '../audit/note/checkpoint.ts';
import { encodeNote } from '../audit/note/signed-note.ts';
import { proveConsistency, type TreeState } from '../audit/tree/consistency-proof.ts';
import { type SavedStamp } from '../audit/time-stamp/saved-stamp.ts';
import { StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { type Clock } from '../shared/clock.ts';
import { unlessBusy } from './busy.ts';
import { type CheckpointTable } from './checkpoint-table.ts';
import { type LogSigner } from './log-key.ts';
import { type SignedMark } from './signed-mark.ts';

/** About five seconds: commits hold the database for milliseconds. */
const BUSY_RETRIES = { retries: 500, minTimeout: 10, maxTimeout: 10, factor: 1 };

/** What a book works with; it closes the reader. */
export interface CheckpointBookParts {
  readonly reader: EvidenceReader;
  /** Lets the reader see what the database holds now. */
  readonly refresh: () => Promise<void>;
  readonly table: CheckpointTable;
  readonly signer: LogSigner;
  readonly mark: SignedMark;
  readonly clock: Clock;
  /** Shortest time between two roots that are signed because somebody asked for the newest. */
  readonly pauseMilliseconds: number;
}

/** The book of one log. */
export class StoredCheckpointBook implements CheckpointBook {
  readonly origin: string;
  readonly vkey: string;
  readonly #parts: CheckpointBookParts;
  #underWay: Promise<StoredCheckpoint> | undefined;
  /** On the monotonic clock. */
  #lastAt = -Infinity;

  constructor(parts: CheckpointBookParts) {
    this.#parts = parts;
    this.origin = parts.reader.head().origin;
    this.vkey = parts.signer.vkey;
  }

  async publish(): Promise<StoredCheckpoint> {
    const { reader, refresh } = this.#parts;
    await refresh();
    // Whatever the read-only connection sees is committed, and so on the disk.
    const { size, root } = unlessBusy(() => reader.head());
    if (size === 0) throw new CheckpointError('LOG_EMPTY');
    // Also where this root was signed before: a restored database has its old checkpoints with it.
    if ((this.#parts.mark.read()?.size ?? 0) > size) throw new CheckpointError('LOG_ROLLED_BACK');
    return this.#signed({ size, root });
  }

  async covering(size: number): Promise<StoredCheckpoint> {
    const known = this.#parts.reader.checkpointFrom(size);
    if (known !== undefined) return known;
    this.#underWay ??= this.#publishAfterPause().finally(() => {
      this.#underWay = undefined;
    });
    const newest = await this.#underWay;
    return newest.size >= size ? newest : this.covering(size);
  }

  async at(size: number): Promise<StoredCheckpoint> {
    const { reader, refresh } = this.#parts;
    if (reader.head().size < size) await refresh();
    const root = reader.rootOfCommit(size);
    if (root === undefined) throw new CheckpointError('NOT_A_COMMIT');
    return this.#signed({ size, root });
  }

  newest(): StoredCheckpoint | undefined {
    return this.#parts.reader.newestCheckpoint();
  }

  async cosigned(size: number, name: string, line: string): Promise<void> {
    const { table, clock, refresh } = this.#parts;
    await persist(async () => table.cosignature({ size, name, line, at: clock.now() }));
    await refresh();
  }

  async stamped(stamp: SavedStamp): Promise<void> {
    const { table, refresh } = this.#parts;
    await persist(async () => table.stamp(stamp));
    await refresh();
  }

  close(): void {
    this.#parts.reader.close();
  }

  async #publishAfterPause(): Promise<StoredCheckpoint> {
    const wait = this.#lastAt + this.#parts.pauseMilliseconds - performance.now();
    if (wait > 0) await pause(wait);
    const checkpoint = await this.publish();
    this.#lastAt = performance.now();
    return checkpoint;
  }

  /** Ed25519 is deterministic: signing the same tree again, be it after a crash, gives the same note. */
  async #signed(tree: TreeState): Promise<StoredCheckpoint> {
    const { reader, signer, mark, table, clock, refresh } = this.#parts;
    const newest = mark.read();
    this.#requireContinues(newest, tree);
    const stored = reader.checkpointFrom(tree.size);
    if (stored?.size === tree.size && stored.root.equals(tree.root)) return stored;
    if (tree.size > (restoredSizeOf(reader) ?? Infinity)) throw new CheckpointError('LOG_ROLLED_BACK');
    const text = encodeCheckpoint({ origin: this.origin, ...tree });
    const note = encodeNote(text, [signer.sign(text)]);
    const checkpoint = { ...tree, note, at: clock.now() };
    // Also where the mark stands there already, without its row: its name may not have reached the disk then.
    if (newest === undefined || newest.size <= tree.size) mark.advance(note);
    // Dies the process here, the same note is made again; it was given to nobody.
    await persist(async () => table.checkpoint(checkpoint));
    await refresh();
    return checkpoint;
  }

  /** The key MUST NOT sign two trees that contradict each other, whatever the database says now. */
  #requireContinues(newest: TreeState | undefined, tree: TreeState): void {
    if (newest === undefined) return;
    const [small, large] = newest.size <= tree.size ? [newest, tree] : [tree, newest];
    try {
      proveConsistency(this.#parts.reader, small, large);
    } catch (cause) {
      throw new CheckpointError('LOG_ROLLED_BACK', cause);
    }
  }
}

async function persist(write: () => Promise<void>): Promise<void> {
  await pRetry(write, { ...BUSY_RETRIES, shouldRetry: ({ error }) => error instanceof StoreBusyError });
}
