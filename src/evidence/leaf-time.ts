import { type StoredLeaf } from '../audit/audit-log.ts';
import { type LeafFault, readLeaf } from '../audit/read-leaf.ts';

/** Epoch milliseconds of a leaf that is whole in itself, or what is wrong with it. */
export function leafTime(leaf: StoredLeaf): number | LeafFault {
  const read = readLeaf(leaf);
  if (typeof read === 'string') return read;
  const time = Date.parse(read.time);
  return Number.isNaN(time) ? 'not-a-leaf' : time;
}
