import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type RecordKeys } from '../audit/key-vault.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a month's keys for storage; the kid is bound, so that a renamed file does not open. */
export function wrapKeys(masterKey: Buffer, { kid, dataKey, indexKey }: RecordKeys): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, masterKey, nonce);
  cipher.setAAD(Buffer.from(kid, 'utf8'));
  const box = Buffer.concat([
    cipher.update(dataKey),
    cipher.update(indexKey),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `${JSON.stringify({ kid, nonce: nonce.toString('base64'), box: box.toString('base64') })}\n`;
}

/** @throws Error when the text is not what `wrapKeys` made of this kid under this master key */
export function unwrapKeys(masterKey: Buffer, kid: string, text: string): RecordKeys {
  const { nonce, box } = JSON.parse(text) as { nonce: string; box: string };
  const sealed = Buffer.from(box, 'base64');
  if (sealed.length !== 2 * KEY_BYTES + TAG_BYTES) throw new RangeError('wrapped keys have 80 bytes');
  const decipher = createDecipheriv(CIPHER, masterKey, Buffer.from(nonce, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(kid, 'utf8'));
  decipher.setAuthTag(sealed.subarray(2 * KEY_BYTES));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, 2 * KEY_BYTES)), decipher.final()]);
  return { kid, dataKey: plain.subarray(0, KEY_BYTES), indexKey: plain.subarray(KEY_BYTES) };
}
