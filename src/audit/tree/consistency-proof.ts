import { nodeHash } from '../merkle.ts';
import { type HashSource, rangeHash, splitOf } from './hash-source.ts';
import { ProofError } from './proof-error.ts';
import { Ascent, isCount, isHash, type ProofHashes, requireHashes } from './proof-hashes.ts';

/** The tree of a checkpoint. */
export interface TreeState {
  /** Leaves, at most 2^53-1. */
  readonly size: number;
  /** 32 bytes */
  readonly root: Buffer;
}

/**
 * Proves that one tree is the beginning of another (RFC 9162 §2.1.4.2). Returns only where it is. Of an old size of 0
 * nothing can be proven, so it is refused; equal sizes need equal roots and an empty proof.
 * @throws ProofError TREE_RANGE, PROOF_NOT_HASHES, CONSISTENCY_FAILED
 */
export function verifyConsistency(old: TreeState, now: TreeState, proof: ProofHashes): void {
  const hashes = requireHashes(proof);
  requireSizes(old.size, now.size);
  if (!isHash(old.root) || !isHash(now.root)) throw new ProofError('CONSISTENCY_FAILED');
  const holds =
    old.size === now.size ? hashes.length === 0 && old.root.equals(now.root) : extend(old, now, hashes);
  if (!holds) throw new ProofError('CONSISTENCY_FAILED');
}

function extend(old: TreeState, now: TreeState, hashes: readonly Buffer[]): boolean {
  // The root of a complete tree is a node of every later tree and is not part of the proof.
  const [first, ...rest] = isPowerOfTwo(old.size) && hashes.length > 0 ? [old.root, ...hashes] : hashes;
  if (first === undefined) return false;
  const ascent = new Ascent(old.size - 1, now.size - 1);
  ascent.skipRight();
  let [oldNode, newNode] = [first, first];
  for (const hash of rest) {
    if (ascent.atRoot) return false;
    if (ascent.siblingIsLeft) {
      oldNode = nodeHash(hash, oldNode);
      newNode = nodeHash(hash, newNode);
      ascent.skipLone();
    } else newNode = nodeHash(newNode, hash);
    ascent.rise();
  }
  return ascent.atRoot && oldNode.equals(old.root) && newNode.equals(now.root);
}

/**
 * Hashes that tie the first `oldSize` leaves to the first `size` (RFC 9162 §2.1.4.1), unproven: give out what
 * `proveConsistency` returns. Reads as many hashes as `inclusionProof`.
 * @throws ProofError TREE_RANGE, HASHES_MISSING
 */
export function consistencyProof(source: HashSource, oldSize: number, size: number): Buffer[] {
  requireSizes(oldSize, size);
  const hashes: Buffer[] = [];
  let [start, end] = [0, size];
  while (end !== oldSize) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      hashes.push(rangeHash(source, { start: middle, end }));
      end = middle;
    } else {
      hashes.push(rangeHash(source, { start, end: middle }));
      start = middle;
    }
  }
  // A range that begins the tree is the whole old tree: the verifier has its root.
  if (start > 0) hashes.push(rangeHash(source, { start, end }));
  return hashes.reverse();
}

/**
 * A consistency proof that was verified against both roots before it is given out.
 * @throws ProofError CONSISTENCY_FAILED when the stored hashes do not give the roots; TREE_RANGE, HASHES_MISSING
 */
export function proveConsistency(source: HashSource, old: TreeState, now: TreeState): Buffer[] {
  const proof = consistencyProof(source, old.size, now.size);
  verifyConsistency(old, now, proof);
  return proof;
}

function requireSizes(oldSize: number, size: number): void {
  if (!isCount(oldSize) || !isCount(size) || oldSize === 0 || oldSize > size)
    throw new ProofError('TREE_RANGE');
}

function isPowerOfTwo(size: number): boolean {
  return splitOf(2 * size) === size;
}
