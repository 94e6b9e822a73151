import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HmacSha256 } from '../shared/hmac-sha256.ts';

/** Keyed hashes of machine-made secrets: HMAC-SHA-256 with a key that is kept outside the database. */
export class SecretHasher {
  readonly #hmac: HmacSha256;
  readonly #nobody: string;

  /** @param key at least 32 bytes */
  constructor(key: Buffer) {
    if (key.length < 32) throw new RangeError('the credential key needs at least 32 bytes');
    this.#hmac = new HmacSha256(key);
    this.#nobody = this.hash(randomBytes(32).toString('base64url'));
  }

  hash(secret: string): string {
    return this.#hmac.hexDigest(secret);
  }

  /** Constant time in the content; an unknown person (`undefined`) costs the same as a wrong secret. */
  matches(secret: string, storedHash: string | undefined): boolean {
    const offered = Buffer.from(this.hash(secret), 'hex');
    const stored = Buffer.from(storedHash ?? this.#nobody, 'hex');
    const equal = offered.length === stored.length && timingSafeEqual(offered, stored);
    return equal && storedHash !== undefined;
  }
}

/** A new secret of 256 bits, as text that is safe in headers and command lines. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
