import { type EvidenceReader, type StoredRoot } from '../audit/audit-log.ts';
import { readLeaf } from '../audit/read-leaf.ts';
import { RootTrail } from '../audit/root-trail.ts';
import { VERIFICATION, type VerificationReason } from '../audit/verification-reasons.ts';
import { type Sentence } from '../shared/problem.ts';
import { EvidenceError } from './evidence-error.ts';
import { type TreeEdge } from './tree-edge.ts';

/** The day that was to be sealed. */
export interface DayOfLog {
  readonly origin: string;
  readonly day: string;
}

/** What does not hold although every leaf is whole in itself. */
export type RootFault = 'checkpoint-differs' | 'root-missing' | 'commit-changed';

/** The alarm that a leaf, or the root from an index on, is not what was signed. */
export function sealMismatch(
  { origin, day }: DayOfLog,
  index: number,
  reason: VerificationReason | 'checkpoint-differs',
): EvidenceError {
  const found = reason === 'checkpoint-differs' ? CHECKPOINT_DIFFERS : VERIFICATION[reason];
  return new EvidenceError('SEAL_MISMATCH', { origin, day, index, found });
}

/**
 * The alarm that leaves give another root than was signed or stored. Walks the day once more, commit by commit, to name the
 * first leaf that is not the committed one.
 * @param edge the tree at the end of the day before
 * @param size where the roots part
 */
export function locateMismatch(
  reader: EvidenceReader,
  place: DayOfLog,
  { edge, size, fault }: { readonly edge: TreeEdge; readonly size: number; readonly fault: RootFault },
): EvidenceError {
  const from = edge.size;
  const tree = edge.copy();
  const trail = new RootTrail(rootsBetween(reader.roots(), from, size));
  try {
    for (const leaf of reader.leaves(from)) {
      if (leaf.index !== tree.size || tree.size >= size || typeof readLeaf(leaf) === 'string') break;
      tree.append(leaf.hash);
      trail.grown(tree.size, tree.frontier());
      if (trail.broken !== null) break;
    }
    const after = trail.broken?.after ?? trail.last;
    return sealMismatch(place, Math.max(from, after), trail.broken === null ? fault : 'commit-changed');
  } finally {
    trail.close();
  }
}

function* rootsBetween(roots: Iterable<StoredRoot>, above: number, upTo: number): Generator<StoredRoot> {
  for (const root of roots) {
    if (root.size > upTo) return;
    if (root.size > above) yield root;
  }
}

const CHECKPOINT_DIFFERS: Sentence = {
  tr: 'İmzalanıp verilmiş kontrol noktası bu kayıtlardan hesaplanan köke uymuyor.',
  en: 'The checkpoint that was signed and given out does not have the root that these records give.',
};
