import { sha256 } from '../shared/sha256.ts';

const SALT_BYTES = 32;
const PERSONAL = Buffer.from('gecit/personal/v1\0', 'latin1');
const ANSWER = Buffer.from('gecit/answer/v1\0', 'latin1');

/**
 * Commitment to the personal part of a record, 32 bytes: SHA-256("gecit/personal/v1\0" ‖ salt ‖ u32be(length) ‖ bytes).
 * Hides the bytes while the salt is secret: an identity number has too few digits for a hash without one.
 * @param salt 32 random bytes, one per record
 */
export function commitPersonal(salt: Buffer, bytes: Buffer): Buffer {
  return commit(PERSONAL, salt, bytes);
}

/**
 * Commitment to the answer that left, 32 bytes: SHA-256("gecit/answer/v1\0" ‖ opening ‖ u32be(length) ‖ bytes).
 * @param opening 32 random bytes; the receipt gives them to the partner
 */
export function commitAnswer(opening: Buffer, bytes: Buffer): Buffer {
  return commit(ANSWER, opening, bytes);
}

function commit(domain: Buffer, salt: Buffer, bytes: Buffer): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError('the salt of a commitment has 32 bytes');
  const input = Buffer.allocUnsafe(domain.length + SALT_BYTES + 4 + bytes.length);
  domain.copy(input, 0);
  salt.copy(input, domain.length);
  input.writeUInt32BE(bytes.length, domain.length + SALT_BYTES);
  bytes.copy(input, domain.length + SALT_BYTES + 4);
  return sha256(input);
}
