import { HmacSha256 } from '../../shared/hmac-sha256.ts';

/**
 * Makes the tags of one kid: HMAC-SHA-256(indexKey, "type:value"), 32 bytes. Only the holder of record keys calls it.
 * The key is in the closure alone.
 */
export function searchTagger(indexKey: Buffer): (type: string, value: string) => Buffer {
  const hmac = new HmacSha256(indexKey);
  return (type, value) => hmac.digest(`${type}:${value}`);
}
