import { createHmac } from 'node:crypto';

/**
 * Keyed tag under which a personal part can be found without being readable: HMAC-SHA-256(indexKey, "type:value"),
 * 32 bytes. Equal persons have equal tags within one kid only.
 * @param type identifier type, e.g. `tckn`; `official` for the official who asked
 */
export function searchTag(indexKey: Buffer, type: string, value: string): Buffer {
  return createHmac('sha256', indexKey).update(`${type}:${value}`, 'utf8').digest();
}
