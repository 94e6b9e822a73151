import { type StoredLeaf } from '../audit-log.ts';
import { type Leaf } from '../leaf.ts';
import { appendToFrontier } from '../merkle.ts';
import { type LeafFault, readLeaf } from '../read-leaf.ts';

/** A leaf that is whole in itself, and the tree that it completes. */
export interface LeafStep {
  readonly index: number;
  /** Leaves of the tree with this one: `index` + 1. */
  readonly size: number;
  readonly leaf: Leaf;
  /** SHA-256(0x00 ‖ bytes), 32 bytes. */
  readonly hash: Buffer;
  /** Of the tree with this leaf; changes with the next one. */
  readonly frontier: readonly Buffer[];
}

/** Follows a walk over the leaves of a log. */
export interface LeafWatcher {
  /** Called for every leaf, in order. */
  passed(step: LeafStep): void;
  /** Called before `passed` for every complete subtree of 256^level leaves that the leaf ends, level ≥ 1. */
  completed?(level: number, index: number, hash: Buffer): void;
}

/** Where a walk ended. */
export interface Walked {
  /** Leaves that are whole and follow each other. */
  readonly size: number;
  readonly frontier: readonly Buffer[];
  /** What is wrong with the leaf of index `size`; null where the leaves ended. */
  readonly fault: LeafFault | 'leaf-missing' | null;
}

/** Leaves between two calls of `onProgress`. */
const PROGRESS = 10_000;

/**
 * Hashes every leaf again and grows the tree, until the leaves end or one is not whole in itself. Memory does not grow.
 * @param onProgress called with the number of leaves so far
 * @param read what makes sure that a leaf is whole in itself
 */
export function walkLeaves(
  leaves: Iterable<StoredLeaf>,
  watchers: readonly LeafWatcher[],
  onProgress?: (leaves: number) => void,
  read: (stored: StoredLeaf) => Leaf | LeafFault = readLeaf,
): Walked {
  const frontier: Buffer[] = [];
  const told = watchers.filter((watcher) => watcher.completed !== undefined);
  const completed = (height: number, at: number, hash: Buffer): void => {
    for (const watcher of told) watcher.completed?.(height / 8, at, hash);
  };
  let index = 0;
  for (const stored of leaves) {
    const leaf = stored.index === index ? read(stored) : 'leaf-missing';
    if (typeof leaf === 'string') return { size: index, frontier, fault: leaf };
    appendToFrontier(frontier, index, stored.hash, completed);
    const step = { index, size: index + 1, leaf, hash: stored.hash, frontier };
    for (const watcher of watchers) watcher.passed(step);
    index += 1;
    if (index % PROGRESS === 0) onProgress?.(index);
  }
  return { size: index, frontier, fault: null };
}
