import { type LogReader } from '../audit-log.ts';
import { rootOf } from '../merkle.ts';
import { RootTrail } from '../root-trail.ts';
import { type VerificationReason } from '../verification-reasons.ts';
import { type LeafWatcher, walkLeaves } from './walk-leaves.ts';

/** What the stored leaves, roots and head of a log say about each other. */
export interface TreeProof {
  /** Size and root as recomputed from the bytes of the leaves, up to the first that is not whole. */
  readonly size: number;
  readonly root: Buffer;
  /** Whether every leaf was reached; else the first that is not whole ended the walk. */
  readonly whole: boolean;
  /** `sound`, or the earliest fault. */
  readonly reason: VerificationReason;
  /** Index from which the log cannot be trusted; null where no leaf is to blame. */
  readonly index: number | null;
  /** Where only a range is known: the index after its last leaf. */
  readonly until?: number;
}

/**
 * Proves the tree of a log from the stored bytes alone: every leaf hash, the order of indexes, the query id in each leaf,
 * the root after every commit and the head. Streams; memory does not grow with the log.
 *
 * A log that was cut to an earlier commit, head and roots with it, is consistent in itself: only a checkpoint, receipt
 * or backup kept elsewhere shows the difference.
 * @param watchers called for every leaf; MUST be run inside `reader.atOneMoment`
 */
export function proveTree(
  reader: LogReader,
  watchers: readonly LeafWatcher[],
  onProgress?: (leaves: number) => void,
): TreeProof {
  const trail = new RootTrail(reader.roots());
  try {
    const roots: LeafWatcher = {
      passed: ({ size, frontier }) => {
        trail.grown(size, frontier);
      },
    };
    const { size, frontier, fault } = walkLeaves(reader.leaves(), [...watchers, roots], onProgress);
    const found = fault === null ? conclude(reader, trail, size, frontier) : named(trail, size, fault);
    return { size, root: rootOf(frontier), whole: fault === null, ...found };
  } finally {
    trail.close();
  }
}

type Found = Pick<TreeProof, 'reason' | 'index' | 'until'>;

/** Every leaf is whole in itself; now roots and head say whether they are the leaves that were committed. */
function conclude(reader: LogReader, trail: RootTrail, walked: number, frontier: readonly Buffer[]): Found {
  const head = reader.head();
  // Leaves after the last commit that holds may have been moved up: nothing says which of them is gone.
  if (walked < head.size) return { until: head.size, ...named(trail, trail.last, 'tail-missing') };
  if (walked > head.size) return named(trail, head.size, 'beyond-head');
  const headHolds =
    head.root.equals(rootOf(frontier)) && Buffer.concat(head.frontier).equals(Buffer.concat([...frontier]));
  if (trail.broken !== null && headHolds) return named(trail, null, 'root-changed');
  if (trail.next !== undefined) return named(trail, walked, 'root-beyond');
  if (!headHolds) return named(trail, null, 'head-changed');
  if (trail.last !== walked) return { index: null, reason: 'root-missing' };
  return { index: null, reason: 'sound' };
}

/** A commit whose root did not hold before that index is the earlier place. */
function named({ broken, mended }: RootTrail, index: number | null, reason: VerificationReason): Found {
  if (broken === null || (index !== null && index <= broken.after)) return { index, reason };
  const rootChanged = mended || reason === 'root-changed';
  return { index: broken.after, reason: rootChanged ? 'root-changed' : 'commit-changed' };
}
