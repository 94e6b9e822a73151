import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;
const pool = new Uint8Array(BYTES * 256);
let used = pool.length;

/**
 * A new query id: UUID version 7 (RFC 9562 §5.7), so that ids sort by time.
 * Random bytes are drawn for many ids at once; drawing them for each costs more than the rest.
 */
export function newQueryId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + BYTES);
  used += BYTES;
  return v7({ random });
}
