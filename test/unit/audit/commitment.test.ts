import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { commitAnswer, commitPersonal } from '../../../src/audit/commitment.ts';

const SALT = Buffer.alloc(32, 7);
const BYTES = Buffer.from('{"subject":"10000000146"}');

describe('a commitment', () => {
  test('to the personal part is the hash of domain, salt, length and bytes', () => {
    const length = Buffer.from([0, 0, 0, BYTES.length]);
    const expected = createHash('sha256')
      .update('gecit/personal/v1\0')
      .update(SALT)
      .update(length)
      .update(BYTES);
    expect(commitPersonal(SALT, BYTES)).toEqual(expected.digest());
  });

  test('to an answer has its own domain', () => {
    const length = Buffer.from([0, 0, 0, BYTES.length]);
    const expected = createHash('sha256')
      .update('gecit/answer/v1\0')
      .update(SALT)
      .update(length)
      .update(BYTES);
    expect(commitAnswer(SALT, BYTES)).toEqual(expected.digest());
    expect(commitAnswer(SALT, BYTES).equals(commitPersonal(SALT, BYTES))).toBe(false);
  });

  test('of the same person differs with every salt, so that it cannot be guessed from a list of numbers', () => {
    expect(commitPersonal(Buffer.alloc(32, 8), BYTES).equals(commitPersonal(SALT, BYTES))).toBe(false);
  });

  test('is refused without a whole salt', () => {
    expect(() => commitPersonal(Buffer.alloc(16), BYTES)).toThrow(RangeError);
    expect(() => commitAnswer(Buffer.alloc(0), BYTES)).toThrow(RangeError);
  });
});
