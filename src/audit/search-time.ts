import { type SearchRows } from './search-index.ts';
import { tryDecodeLeaf } from './try-decode-leaf.ts';

/** Nearly always the first record can be read; behind one that cannot, the piece grows. */
const MOST_AT_ONCE = 256;

/**
 * The lowest index below `end` from which on records are of `time` (epoch milliseconds) or later; `end` where none is. Times
 * never run backwards within a log, so a few dozen leaves are read of however many.
 */
export function firstFrom(rows: SearchRows, end: number, time: number): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = readableFrom(rows, middle, high);
    if (found === undefined || found.time >= time) high = middle;
    else low = found.index + 1;
  }
  return low;
}

/** The first record of `from` or above whose time can be read; a record that is gone or changed is passed over. */
function readableFrom(
  rows: SearchRows,
  from: number,
  end: number,
): { readonly index: number; readonly time: number } | undefined {
  let next = from;
  for (let count = 1; next < end; count = Math.min(count * 4, MOST_AT_ONCE)) {
    const piece = rows.rows(next, count);
    if (piece.length === 0) return undefined;
    for (const { index, text } of piece) {
      const leaf = tryDecodeLeaf(text);
      if (index < end && leaf !== undefined) return { index, time: Date.parse(leaf.time) };
      next = index + 1;
    }
  }
  return undefined;
}
