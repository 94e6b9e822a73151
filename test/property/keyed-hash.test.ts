import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HmacSha256 } from '../../src/shared/hmac-sha256.ts';
import { sha256 } from '../../src/shared/sha256.ts';
import { anyText } from '../support/any-text.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some));
/** Around the room that is kept for a text, too, and with lone surrogates. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  anyText({ maxLength: 60 }),
  fc.nat({ max: 1100 }).map((length) => 'ş'.repeat(length)),
);

describe('the hashes', () => {
  test('are those of the crypto module', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(sha256(some)).toEqual(createHash('sha256').update(some).digest());
      }),
    );
  });

  test('of one key do not depend on what was hashed before (RFC 2104)', () => {
    fc.assert(
      fc.property(bytes, fc.array(texts, { minLength: 1, maxLength: 5 }), (key, some) => {
        const hmac = new HmacSha256(key);
        for (const text of some) {
          const expected = createHmac('sha256', key).update(text, 'utf8').digest();
          expect([hmac.digest(text), hmac.hexDigest(text)]).toEqual([expected, expected.toString('hex')]);
        }
      }),
    );
  });
});
