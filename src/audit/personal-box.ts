import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const OPENING_BYTES = 32;
const HEADER_BYTES = SALT_BYTES + 1 + OPENING_BYTES;
const WITH_OPENING = 1;

/** What a box holds: salt of the commitment (32 bytes), opening of the answer (32 bytes or null), committed bytes. */
export interface BoxContent {
  readonly salt: Buffer;
  readonly opening: Buffer | null;
  readonly bytes: Buffer;
}

/** What binds a box to its record: a box moved to another record does not open. */
export interface BoxBinding {
  readonly queryId: string;
  readonly kid: string;
  readonly commitment: Buffer;
}

/** Key and nonce of one box; a key seals one box only. */
export interface BoxKey {
  readonly key: Buffer;
  readonly nonce: Buffer;
}

/** AES-256-GCM over salt ‖ flag ‖ opening ‖ bytes; the 16-byte tag stands at the end. */
export function sealBox(boxKey: BoxKey, binding: BoxBinding, content: BoxContent): Buffer {
  const plain = Buffer.alloc(HEADER_BYTES + content.bytes.length);
  content.salt.copy(plain, 0);
  if (content.opening !== null) {
    if (content.opening.length !== OPENING_BYTES)
      throw new RangeError('the opening of an answer has 32 bytes');
    plain[SALT_BYTES] = WITH_OPENING;
    content.opening.copy(plain, SALT_BYTES + 1);
  }
  content.bytes.copy(plain, HEADER_BYTES);
  const cipher = createCipheriv(CIPHER, boxKey.key, boxKey.nonce);
  cipher.setAAD(boundTo(binding));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when key, binding or a byte of the box is another */
export function openBox(boxKey: BoxKey, binding: BoxBinding, box: Buffer): BoxContent {
  if (box.length < HEADER_BYTES + TAG_BYTES) throw new RangeError('the box is too short');
  const decipher = createDecipheriv(CIPHER, boxKey.key, boxKey.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(binding));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const plain = Buffer.concat([decipher.update(box.subarray(0, box.length - TAG_BYTES)), decipher.final()]);
  const withOpening = plain[SALT_BYTES] === WITH_OPENING;
  return {
    salt: plain.subarray(0, SALT_BYTES),
    opening: withOpening ? plain.subarray(SALT_BYTES + 1, HEADER_BYTES) : null,
    bytes: plain.subarray(HEADER_BYTES),
  };
}

/** The commitment has a fixed length, so that the last bar cannot be part of it. */
function boundTo(binding: BoxBinding): Buffer {
  return Buffer.concat([Buffer.from(`${binding.queryId}|${binding.kid}|`, 'utf8'), binding.commitment]);
}
