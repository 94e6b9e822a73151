import { sha256 } from '../shared/sha256.ts';

/** Bytes of every hash of the tree. */
const HASH_BYTES = 32;

/** MTH of the empty tree: SHA-256 of nothing (RFC 6962 §2.1). */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0));

const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = 0x01;

/** SHA-256(0x00 ‖ bytes), 32 bytes (RFC 6962 §2.1). */
export function leafHash(bytes: Buffer): Buffer {
  const input = Buffer.allocUnsafe(1 + bytes.length);
  input[0] = 0x00;
  bytes.copy(input, 1);
  return sha256(input);
}

/**
 * SHA-256(0x01 ‖ left ‖ right), 32 bytes (RFC 6962 §2.1).
 * @throws RangeError unless both hashes have 32 bytes
 */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('a hash has 32 bytes');
  left.copy(nodeInput, 1);
  right.copy(nodeInput, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/**
 * Adds a leaf hash to the frontier of a tree, in place: one hash per set bit of the size, largest subtree first.
 * @param size number of leaves before the call
 * @param completed told every complete subtree of 2^height leaves that this leaf ends, where the height is a multiple of 8:
 *   the stored subtrees of a `HashSource`. `index` counts subtrees of that height from the left.
 * @throws RangeError when the frontier is not that of a tree of this size
 */
export function appendToFrontier(
  frontier: Buffer[],
  size: number,
  hashOfLeaf: Buffer,
  completed?: (height: number, index: number, hash: Buffer) => void,
): void {
  let node = hashOfLeaf;
  let height = 0;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = frontier.pop();
    if (left === undefined) throw new RangeError('the frontier does not belong to a tree of this size');
    node = nodeHash(left, node);
    height += 1;
    if (completed !== undefined && height % 8 === 0) completed(height, (rest - 1) / 2, node);
  }
  frontier.push(node);
}

/** Root of the tree whose frontier this is: its hashes folded from the smallest subtree to the largest. */
export function rootOf(frontier: readonly Buffer[]): Buffer {
  return frontier.length === 0 ? emptyRoot : frontier.reduceRight((root, subtree) => nodeHash(subtree, root));
}
