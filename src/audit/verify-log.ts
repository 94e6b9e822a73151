import { type Sentence } from '../shared/problem.ts';
import { type LogHead, type LogReader, type StoredLeaf } from './audit-log.ts';
import { type Leaf } from './leaf.ts';
import { appendToFrontier, rootOf } from './merkle.ts';
import { PartTrail } from './part-trail.ts';
import { readLeaf } from './read-leaf.ts';
import { RootTrail } from './root-trail.ts';
import { VERIFICATION, type VerificationReason } from './verification-reasons.ts';

/** The verdict on a whole log. */
export interface Verification {
  /** `incomplete`: nothing contradicts the log, but a part that would prove it is missing. */
  readonly verdict: 'sound' | 'tampered' | 'incomplete';
  /** Size and root as recomputed from the bytes of the leaves. */
  readonly size: number;
  readonly root: Buffer;
  /** Index from which the log cannot be trusted, or whose personal part is the first to be missing; null where no leaf is to blame. */
  readonly firstBadIndex: number | null;
  /** Leaves proven so far whose personal part is gone before the end of its retention. */
  readonly missingParts: number;
  readonly reason: Sentence;
}

/** Leaves between two calls of `onProgress`. */
const PROGRESS = 10_000;

/**
 * Proves a log from the stored bytes alone: every leaf hash, the order of indexes, the query id in each leaf, the root
 * after every commit and the head, and that no personal part is gone which is still to be kept. Parts are not opened: that
 * takes keys. Streams; memory does not grow with the log.
 *
 * A log that was cut to an earlier commit, head and roots with it, is consistent in itself: only a checkpoint, receipt
 * or backup kept elsewhere shows the difference.
 * @param now epoch milliseconds; decides which personal parts may have been destroyed
 * @param onProgress called with the number of leaves proven so far
 */
export function verifyLog(
  reader: LogReader,
  now: number,
  onProgress?: (leaves: number) => void,
): Verification {
  return reader.atOneMoment(() => {
    const trail = new RootTrail(reader.roots());
    const parts = new PartTrail(reader.indexesWithPart(), now);
    try {
      return new LogProof(reader, trail, parts).run(onProgress);
    } finally {
      trail.close();
      parts.close();
    }
  });
}

class LogProof {
  readonly #reader: LogReader;
  readonly #head: LogHead;
  readonly #trail: RootTrail;
  readonly #parts: PartTrail;
  readonly #frontier: Buffer[] = [];
  #size = 0;

  constructor(reader: LogReader, trail: RootTrail, parts: PartTrail) {
    this.#reader = reader;
    this.#head = reader.head();
    this.#trail = trail;
    this.#parts = parts;
  }

  run(onProgress?: (leaves: number) => void): Verification {
    for (const leaf of this.#reader.leaves()) {
      const read = this.#read(leaf);
      if (typeof read === 'string') return this.#tampered(this.#size, read);
      this.#parts.passed(this.#size, read);
      appendToFrontier(this.#frontier, this.#size, leaf.hash);
      this.#size += 1;
      this.#trail.grown(this.#size, this.#frontier);
      if (this.#size % PROGRESS === 0) onProgress?.(this.#size);
    }
    return this.#conclude();
  }

  #read(leaf: StoredLeaf): Leaf | VerificationReason {
    return leaf.index === this.#size ? readLeaf(leaf) : 'leaf-missing';
  }

  /** Every leaf is whole in itself; now roots and head say whether they are the leaves that were committed. */
  #conclude(): Verification {
    const { size } = this.#head;
    const root = rootOf(this.#frontier);
    if (this.#size < size) return this.#tampered(this.#size, 'tail-missing');
    if (this.#size > size) return this.#tampered(size, 'beyond-head');
    const headHolds = this.#head.root.equals(root) && this.#frontierHolds();
    if (this.#trail.broken !== null && headHolds) return this.#tampered(null, 'root-changed');
    if (this.#trail.next !== undefined) return this.#tampered(this.#size, 'root-beyond');
    if (!headHolds) return this.#tampered(null, 'head-changed');
    if (this.#parts.missing > 0) return this.#ended('incomplete', this.#parts.firstMissing, 'part-missing');
    if (this.#trail.last !== size) return this.#ended('incomplete', null, 'root-missing');
    return this.#ended('sound', null, 'sound');
  }

  #frontierHolds(): boolean {
    return Buffer.concat(this.#head.frontier).equals(Buffer.concat(this.#frontier));
  }

  /** A commit whose root did not hold before that index is the earlier place. */
  #tampered(index: number | null, found: VerificationReason): Verification {
    const { broken, mended } = this.#trail;
    if (broken === null || (index !== null && index <= broken.after))
      return this.#ended('tampered', index, found);
    const rootChanged = mended || found === 'root-changed';
    return this.#ended('tampered', broken.after, rootChanged ? 'root-changed' : 'commit-changed');
  }

  #ended(
    verdict: Verification['verdict'],
    firstBadIndex: number | null,
    reason: VerificationReason,
  ): Verification {
    const root = rootOf(this.#frontier);
    const { missing } = this.#parts;
    return {
      verdict,
      size: this.#size,
      root,
      firstBadIndex,
      missingParts: missing,
      reason: VERIFICATION[reason],
    };
  }
}
