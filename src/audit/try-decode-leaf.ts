import { decodeLeafText, type Leaf } from './leaf.ts';

/** The content of a leaf for searching; undefined where the text is no leaf or tell no time, so that search passes over them. */
export function tryDecodeLeaf(text: string): Leaf | undefined {
  try {
    const leaf = decodeLeafText(text) as Leaf | null;
    return leaf !== null && !Number.isNaN(Date.parse(leaf.time)) ? leaf : undefined;
  } catch {
    return undefined;
  }
}
