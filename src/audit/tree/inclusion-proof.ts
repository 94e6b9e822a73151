import { nodeHash } from '../merkle.ts';
import { type HashSource, rangeHash, splitOf } from './hash-source.ts';
import { ProofError } from './proof-error.ts';
import { Ascent, isCount, isHash, type ProofHashes, requireHashes } from './proof-hashes.ts';

/** A place in the tree of a checkpoint. */
export interface LeafPlace {
  readonly index: number;
  /** Leaves of the tree, 1 to 2^53-1. */
  readonly size: number;
  /** Root of that tree, 32 bytes. */
  readonly root: Buffer;
}

/**
 * Proves that a leaf stands at its index in the tree of a root (RFC 9162 §2.1.3.2). Returns only where it does.
 * @param leafHash SHA-256(0x00 ‖ leaf), 32 bytes
 * @param proof sibling hashes, from the leaf up
 * @throws ProofError TREE_RANGE, PROOF_NOT_HASHES, INCLUSION_FAILED
 */
export function verifyInclusion(
  { index, size, root }: LeafPlace,
  leafHash: Buffer,
  proof: ProofHashes,
): void {
  const hashes = requireHashes(proof);
  requireIndex(index, size);
  if (!isHash(root) || !isHash(leafHash)) throw new ProofError('INCLUSION_FAILED');
  const ascent = new Ascent(index, size - 1);
  let node = leafHash;
  for (const sibling of hashes) {
    if (ascent.atRoot) throw new ProofError('INCLUSION_FAILED');
    if (ascent.siblingIsLeft) {
      node = nodeHash(sibling, node);
      ascent.skipLone();
    } else node = nodeHash(node, sibling);
    ascent.rise();
  }
  if (!ascent.atRoot || !node.equals(root)) throw new ProofError('INCLUSION_FAILED');
}

/**
 * Sibling hashes of a leaf from the leaf up (RFC 9162 §2.1.3.1), unproven: give out what `proveInclusion` returns.
 * With stored subtrees it reads at most 255 hashes a level for the tile of the leaf and 255 for the right edge.
 * @throws ProofError TREE_RANGE, HASHES_MISSING
 */
export function inclusionProof(source: HashSource, index: number, size: number): Buffer[] {
  requireIndex(index, size);
  const siblings: Buffer[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      siblings.push(rangeHash(source, { start: middle, end }));
      end = middle;
    } else {
      siblings.push(rangeHash(source, { start, end: middle }));
      start = middle;
    }
  }
  return siblings.reverse();
}

/**
 * An inclusion proof that was verified against the root before it is given out.
 * @throws ProofError INCLUSION_FAILED when the stored hashes do not give the root; TREE_RANGE, HASHES_MISSING
 */
export function proveInclusion(source: HashSource, place: LeafPlace): Buffer[] {
  const proof = inclusionProof(source, place.index, place.size);
  const [leafHash] = source.leafHashes(place.index, 1);
  if (leafHash === undefined) throw new ProofError('HASHES_MISSING');
  verifyInclusion(place, leafHash, proof);
  return proof;
}

function requireIndex(index: number, size: number): void {
  if (!isCount(index) || !isCount(size) || index >= size) throw new ProofError('TREE_RANGE');
}
