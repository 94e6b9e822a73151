import { emptyRoot } from '../merkle.ts';
import { type TreeState, verifyConsistency } from '../tree/consistency-proof.ts';
import { ProofError } from '../tree/proof-error.ts';
import { type AddCheckpoint } from './add-checkpoint.ts';

/** What a validly signed checkpoint that was not accepted shows about its log. */
export interface Suspicion {
  readonly event: 'fork-refused' | 'rollback-refused';
  /**
   * `root-differs`: two signed roots of one size, which proves the fork. `proof-fails`: the offered tree was not shown to
   * continue the recorded one; either is at fault, log or whoever sent it. `smaller`: the log once said more.
   */
  readonly reason: 'root-differs' | 'proof-fails' | 'smaller';
}

/** What a witness does with a checkpoint whose signature holds. Only `consistent` may be cosigned. */
export type Judgement =
  | { readonly kind: 'consistent' }
  | { readonly kind: 'malformed' | 'stale' | 'inconsistent'; readonly suspicion: Suspicion | null };

/** The tree of a log that was never cosigned. */
export const NOTHING_COSIGNED: TreeState = { size: 0, root: emptyRoot };

const FORK: Suspicion = { event: 'fork-refused', reason: 'root-differs' };
const UNPROVEN: Suspicion = { event: 'fork-refused', reason: 'proof-fails' };
const ROLLBACK: Suspicion = { event: 'rollback-refused', reason: 'smaller' };

/**
 * Judges what a log asks against what was recorded of it (C2SP tlog-witness, add-checkpoint), in the order of that page:
 * an old size above the checkpoint's; one that is not the recorded one; a tree that does not continue the recorded one.
 * @param recorded the tree cosigned last; `NOTHING_COSIGNED` for none
 */
export function judgeCheckpoint(asked: AddCheckpoint, recorded: TreeState): Judgement {
  const { old, checkpoint } = asked;
  const suspicion = suspicionOf(checkpoint, recorded);
  if (old > checkpoint.size) return { kind: 'malformed', suspicion };
  if (old !== recorded.size) return { kind: 'stale', suspicion };
  if (suspicion !== null) return { kind: 'inconsistent', suspicion };
  return continues(asked, recorded);
}

function suspicionOf(offered: TreeState, recorded: TreeState): Suspicion | null {
  if (offered.size < recorded.size) return ROLLBACK;
  return offered.size === recorded.size && !offered.root.equals(recorded.root) ? FORK : null;
}

function continues({ proof, checkpoint }: AddCheckpoint, recorded: TreeState): Judgement {
  if (recorded.size === 0 || recorded.size === checkpoint.size) {
    return proof.length === 0 ? { kind: 'consistent' } : { kind: 'inconsistent', suspicion: null };
  }
  try {
    verifyConsistency(recorded, checkpoint, proof);
    return { kind: 'consistent' };
  } catch (thrown) {
    if (!(thrown instanceof ProofError)) throw thrown;
    return { kind: 'inconsistent', suspicion: UNPROVEN };
  }
}
