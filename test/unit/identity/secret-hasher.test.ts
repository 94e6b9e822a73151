import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { newSecret, SecretHasher } from '../../../src/identity/secret-hasher.ts';

const KEY = Buffer.alloc(32, 3);
const hasher = new SecretHasher(KEY);

describe('the keyed hash of a secret', () => {
  test('is HMAC-SHA-256 under a key that is not in the database [R002-026]', () => {
    expect(hasher.hash('geçit')).toBe(createHmac('sha256', KEY).update('geçit', 'utf8').digest('hex'));
    expect(new SecretHasher(Buffer.alloc(32, 4)).hash('geçit')).not.toBe(hasher.hash('geçit'));
  });

  test('needs a whole key', () => {
    expect(() => new SecretHasher(Buffer.alloc(31))).toThrow(RangeError);
  });

  test('matches its own secret and no other [R002-026]', () => {
    const stored = hasher.hash('secret');
    expect(hasher.matches('secret', stored)).toBe(true);
    expect(hasher.matches('Secret', stored)).toBe(false);
    expect(hasher.matches('', stored)).toBe(false);
    expect(hasher.matches(stored, stored)).toBe(false);
  });

  test('matches nothing for an unknown person, and computes as much as for a known one', () => {
    const counted = new CountingHasher(KEY);
    const stored = counted.hash('secret');
    counted.hashes = 0;
    counted.matches('wrong', stored);
    const forKnown = counted.hashes;
    counted.hashes = 0;
    expect(counted.matches('wrong', undefined)).toBe(false);
    expect(counted.hashes).toBe(forKnown);
  });

  test.each(['', 'abc', 'zz'.repeat(32), hasher.hash('secret').slice(2)])(
    'does not match a stored value that is no hash: %j',
    (stored) => {
      expect(hasher.matches('secret', stored)).toBe(false);
    },
  );
});

class CountingHasher extends SecretHasher {
  hashes = 0;

  override hash(secret: string): string {
    this.hashes += 1;
    return super.hash(secret);
  }
}

describe('a new secret', () => {
  test('has 256 bits as text that is safe in headers and command lines', () => {
    const secrets = Array.from({ length: 100 }, newSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    }
  });
});
