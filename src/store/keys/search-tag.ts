import { createHmac } from 'node:crypto';

/** HMAC-SHA-256(indexKey, "type:value"), 32 bytes. Only the holder of record keys calls it. */
export function searchTag(indexKey: Buffer, type: string, value: string): Buffer {
  return createHmac('sha256', indexKey).update(`${type}:${value}`, 'utf8').digest();
}
