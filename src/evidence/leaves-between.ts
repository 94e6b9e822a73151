import { type LogReader, type StoredLeaf } from '../audit/audit-log.ts';

/** Leaves read in one go. In between the database is let go of, so that its write-ahead log does not grow meanwhile. */
const CHUNK = 4096;

/** The stored leaves from one index up to another (excluded), in order; a gap ends them. */
export function* leavesBetween(reader: LogReader, from: number, end: number): Generator<StoredLeaf> {
  for (let index = from; index < end;) {
    const chunk = chunkFrom(reader, index, Math.min(CHUNK, end - index));
    yield* chunk;
    if (chunk.length === 0) return;
    index = (chunk.at(-1)?.index ?? end) + 1;
  }
}

function chunkFrom(reader: LogReader, from: number, count: number): StoredLeaf[] {
  const chunk: StoredLeaf[] = [];
  for (const leaf of reader.leaves(from)) {
    chunk.push(leaf);
    if (chunk.length === count) break;
  }
  return chunk;
}
