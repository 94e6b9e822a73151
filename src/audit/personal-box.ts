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
  const plain = plainOf(content);
  const cipher = createCipheriv(CIPHER, boxKey.key, boxKey.nonce);
  cipher.setAAD(boundTo(binding));
  const box = Buffer.allocUnsafe(plain.length + TAG_BYTES);
  // In this mode every byte of the ciphertext comes at once.
  cipher.update(plain).copy(box);
  cipher.final();
  cipher.getAuthTag().copy(box, plain.length);
  return box;
}

function plainOf({ salt, opening, bytes }: BoxContent): Buffer {
  const plain = Buffer.allocUnsafe(HEADER_BYTES + bytes.length);
  salt.copy(plain, 0);
  if (opening === null) {
    plain.fill(0, SALT_BYTES, HEADER_BYTES);
  } else {
    if (opening.length !== OPENING_BYTES) throw new RangeError('the opening of an answer has 32 bytes');
    plain[SALT_BYTES] = WITH_OPENING;
    opening.copy(plain, SALT_BYTES + 1);
  }
  bytes.copy(plain, HEADER_BYTES);
  return plain;
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
