import { emptyRoot, nodeHash } from '../merkle.ts';
import { ProofError } from './proof-error.ts';
import { isCount, isHash } from './proof-hashes.ts';

/** Where the hashes of a log are stored. */
export interface HashSource {
  /** Hashes of `count` consecutive leaves, at most 256 in one call. */
  leafHashes(from: number, count: number): readonly Buffer[];
  /**
   * Stored hash of a complete subtree of 256^level leaves, level ≥ 1; `index` counts such subtrees from the left. Undefined
   * where it is not stored: it is then computed from what lies below.
   */
  subtree(level: number, index: number): Buffer | undefined;
}

/** Leaves of a range, `end` excluded. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** Leaves of a subtree whose hash is stored, in powers of two. */
const STORED_HEIGHT = 8;

/**
 * Root of the tree of the first `size` leaves (RFC 9162 §2.1.1). With stored subtrees it reads at most 255 hashes a level.
 * @throws ProofError TREE_RANGE, HASHES_MISSING
 */
export function rootAt(source: HashSource, size: number): Buffer {
  if (!isCount(size)) throw new ProofError('TREE_RANGE');
  return size === 0 ? emptyRoot : rangeHash(source, { start: 0, end: size });
}

/**
 * Hash of a range that is a subtree: it begins at a multiple of the smallest power of two that is not below its length.
 * @throws ProofError HASHES_MISSING
 */
export function rangeHash(source: HashSource, { start, end }: LeafRange): Buffer {
  const subtrees: Buffer[] = [];
  for (let from = start; from < end;) {
    const height = heightWithin(end - from);
    subtrees.push(completeHash(source, height, from / 2 ** height));
    from += 2 ** height;
  }
  return subtrees.reduceRight((right, left) => nodeHash(left, right));
}

/** Largest power of two below `length`, which is above 1: where a tree splits. */
export function splitOf(length: number): number {
  const height = heightWithin(length);
  return 2 ** height === length ? length / 2 : 2 ** height;
}

/** Height of the largest complete tree of at most `length` leaves. Exact up to 2^53: log2 may round up just below a power. */
function heightWithin(length: number): number {
  const height = Math.floor(Math.log2(length));
  return 2 ** height > length ? height - 1 : height;
}

function completeHash(source: HashSource, height: number, index: number): Buffer {
  const above = height % STORED_HEIGHT;
  const level = (height - above) / STORED_HEIGHT;
  const from = index * 2 ** above;
  return foldPairs(
    level === 0 ? leavesOf(source, from, 2 ** above) : storedOf(source, level, from, 2 ** above),
  );
}

function leavesOf(source: HashSource, from: number, count: number): readonly Buffer[] {
  const hashes = source.leafHashes(from, count);
  if (hashes.length !== count || !hashes.every(isHash)) throw new ProofError('HASHES_MISSING');
  return hashes;
}

function storedOf(source: HashSource, level: number, from: number, count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, place) => {
    const stored = source.subtree(level, from + place);
    return stored === undefined ? computed(source, level, from + place) : requireHash(stored);
  });
}

/** A subtree that is not stored, from the 256 of the level below. */
function computed(source: HashSource, level: number, index: number): Buffer {
  const [from, count] = [index * 2 ** STORED_HEIGHT, 2 ** STORED_HEIGHT];
  return foldPairs(level === 1 ? leavesOf(source, from, count) : storedOf(source, level - 1, from, count));
}

function requireHash(hash: Buffer): Buffer {
  if (!isHash(hash)) throw new ProofError('HASHES_MISSING');
  return hash;
}

/** Root of a complete tree over a power of two of hashes. */
function foldPairs(hashes: readonly Buffer[]): Buffer {
  let row = hashes;
  while (row.length > 1) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, place) =>
      nodeHash(requirePlace(below, 2 * place), requirePlace(below, 2 * place + 1)),
    );
  }
  return requirePlace(row, 0);
}

function requirePlace(hashes: readonly Buffer[], place: number): Buffer {
  const hash = hashes[place];
  if (hash === undefined) throw new ProofError('HASHES_MISSING');
  return hash;
}
