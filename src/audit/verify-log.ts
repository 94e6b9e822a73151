import { type Sentence } from '../shared/problem.ts';
import { type LogReader } from './audit-log.ts';
import { PartTrail } from './part-trail.ts';
import { VERIFICATION } from './verification-reasons.ts';
import { type Verdict } from './verify/findings.ts';
import { proveTree, type TreeProof } from './verify/prove-tree.ts';

/** The verdict on the leaves of a log. */
export interface Verification {
  readonly verdict: Verdict;
  /** Size and root as recomputed from the bytes of the leaves. */
  readonly size: number;
  readonly root: Buffer;
  /** Index from which the log cannot be trusted, or whose personal part is the first to be missing; null where no leaf is to blame. */
  readonly firstBadIndex: number | null;
  /** Leaves proven so far whose personal part is gone before the end of its retention. */
  readonly missingParts: number;
  readonly reason: Sentence;
}

/**
 * Proves the leaves of a log as `proveTree` does, and that no personal part is gone which is still to be kept. Parts are
 * not opened, and signatures are not looked at: `verifyDatabaseLog` proves all of it.
 * @param now epoch milliseconds; decides which personal parts may have been destroyed
 * @param onProgress called with the number of leaves proven so far
 */
export function verifyLog(
  reader: LogReader,
  now: number,
  onProgress?: (leaves: number) => void,
): Verification {
  return reader.atOneMoment(() => {
    const parts = new PartTrail(reader.indexesWithPart(), now);
    try {
      return verificationOf(proveTree(reader, [parts], onProgress), parts);
    } finally {
      parts.close();
    }
  });
}

function verificationOf(proof: TreeProof, { missing, firstMissing }: PartTrail): Verification {
  const { size, root, index, reason } = proof;
  const found = { size, root, missingParts: missing };
  const complete = reason === 'sound' || reason === 'root-missing';
  if (complete && missing > 0)
    return {
      ...found,
      verdict: 'incomplete',
      firstBadIndex: firstMissing,
      reason: VERIFICATION['part-missing'],
    };
  const verdict = reason === 'sound' ? 'sound' : reason === 'root-missing' ? 'incomplete' : 'tampered';
  return { ...found, verdict, firstBadIndex: index, reason: VERIFICATION[reason] };
}
