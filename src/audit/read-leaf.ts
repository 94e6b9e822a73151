import { type StoredLeaf } from './audit-log.ts';
import { decodeLeaf, type Leaf } from './leaf.ts';
import { leafHash } from './merkle.ts';

/** What is wrong with a leaf by itself: its bytes against its hash, and its content against its row. */
export type LeafFault = 'hash-differs' | 'not-a-leaf' | 'query-id-differs';

/** The content of a leaf that is whole in itself, or what is wrong with it. */
export function readLeaf({ bytes, hash, queryId }: StoredLeaf): Leaf | LeafFault {
  if (!leafHash(bytes).equals(hash)) return 'hash-differs';
  try {
    const leaf = decodeLeaf(bytes);
    return leaf.queryId === queryId ? leaf : 'query-id-differs';
  } catch {
    return 'not-a-leaf';
  }
}
