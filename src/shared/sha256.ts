import { hash } from 'node:crypto';

const HASH_BYTES = 32;

/** SHA-256, 32 bytes. Taken over as text: a buffer that the crypto module makes for a hash costs more than the hash. */
export function sha256(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(HASH_BYTES);
  result.write(hash('sha256', bytes, 'binary'), 0, HASH_BYTES, 'latin1');
  return result;
}
