import { hkdfSync } from 'node:crypto';

/** HKDF-SHA-256 yields at most 255 blocks of 32 bytes (RFC 5869 §2.3): one key each. */
export const MOST_KEYS = 255;

const KEY_BYTES = 32;
const INFO = Buffer.from('gecit/record-key/v1', 'latin1');

/**
 * Key stream of a batch, 32 bytes for each of the first `count` slots, from one derivation. A slot's bytes are the
 * same whatever the count, so that one record can be opened alone.
 * @param salt of the batch, random, 16 bytes
 * @throws RangeError unless 1 ≤ count ≤ 255
 */
export function deriveKeyStream(dataKey: Buffer, salt: Buffer, count: number): Buffer {
  if (!(count >= 1 && count <= MOST_KEYS)) throw new RangeError('a batch has 1 to 255 keys');
  return Buffer.from(hkdfSync('sha256', dataKey, salt, INFO, count * KEY_BYTES));
}

/** The key of one slot, 32 bytes. */
export function keyOfSlot(stream: Buffer, slot: number): Buffer {
  return stream.subarray(slot * KEY_BYTES, (slot + 1) * KEY_BYTES);
}
