import { decodeLeaf, type Leaf } from './leaf.ts';

/** The content of a leaf for searching; undefined where the bytes are no leaf or tell no time, so that search passes over them. */
export function tryDecodeLeaf(bytes: Buffer): Leaf | undefined {
  try {
    const leaf = decodeLeaf(bytes) as Leaf | null;
    return leaf !== null && !Number.isNaN(Date.parse(leaf.time)) ? leaf : undefined;
  } catch {
    return undefined;
  }
}
