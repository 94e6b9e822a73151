import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { emptyRoot } from '../../../../src/audit/merkle.ts';
import { encodeCheckpoint, parseCheckpoint } from '../../../../src/audit/note/checkpoint.ts';
import { parseNote } from '../../../../src/audit/note/signed-note.ts';
import { WITNESSED } from '../../../support/published-notes.ts';
import { thrownCode } from '../../../support/thrown-code.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

describe('a checkpoint', () => {
  test('is read as published and written back byte for byte', () => {
    const text = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: Buffer.from(ROOT, 'base64'),
    });
    expect(encodeCheckpoint(checkpoint)).toBe(text);
    expect(parseCheckpoint(parseNote(WITNESSED.note).text).size).toBe(WITNESSED.size);
  });

  test('may be that of an empty log, and of the largest', () => {
    for (const size of [0, 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      const checkpoint = { origin: 'a', size, root: size === 0 ? emptyRoot : randomBytes(32) };
      expect(parseCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
    }
  });

  test.each([
    ['without origin', `\n1\n${ROOT}\n`, 'CHECKPOINT_MALFORMED'],
    ['that is empty', '', 'CHECKPOINT_MALFORMED'],
    ['of two lines', 'a\n1\n', 'CHECKPOINT_MALFORMED'],
    ['of one line', 'a\n', 'CHECKPOINT_MALFORMED'],
    ['without its last newline', `a\n1\n${ROOT}`, 'CHECKPOINT_MALFORMED'],
    ['with text for the last newline', `a\n1\n${ROOT}\nb`, 'CHECKPOINT_MALFORMED'],
    ['with an extension line', `a\n1\n${ROOT}\nmore\n`, 'CHECKPOINT_EXTENDED'],
    ['with an empty line behind', `a\n1\n${ROOT}\n\n`, 'CHECKPOINT_EXTENDED'],
    ['with CRLF', `a\r\n1\r\n${ROOT}\r\n`, 'NOTE_NOT_TEXT'],
    ['whose size has a leading zero', `a\n01\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size is 00', `a\n00\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size has a sign', `a\n+1\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size is negative', `a\n-1\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size is hexadecimal', `a\n0x1\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size has an exponent', `a\n1e3\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size is in other digits', `a\n١\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size has a space', `a\n1 \n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['without size', `a\n\n${ROOT}\n`, 'CHECKPOINT_SIZE_MALFORMED'],
    ['whose size is 2^53', `a\n9007199254740992\n${ROOT}\n`, 'CHECKPOINT_SIZE_TOO_LARGE'],
    ['whose size is 2^64-1', `a\n18446744073709551615\n${ROOT}\n`, 'CHECKPOINT_SIZE_TOO_LARGE'],
    ['whose size has 400 digits', `a\n${'9'.repeat(400)}\n${ROOT}\n`, 'CHECKPOINT_SIZE_TOO_LARGE'],
    [
      'whose root has 31 bytes',
      `a\n1\n${Buffer.alloc(31).toString('base64')}\n`,
      'CHECKPOINT_ROOT_MALFORMED',
    ],
    [
      'whose root has 33 bytes',
      `a\n1\n${Buffer.alloc(33).toString('base64')}\n`,
      'CHECKPOINT_ROOT_MALFORMED',
    ],
    ['whose root has spare bits', `a\n1\n${ROOT.replace('2I=', '2J=')}\n`, 'CHECKPOINT_ROOT_MALFORMED'],
    ['whose root has no padding', `a\n1\n${ROOT.slice(0, -1)}\n`, 'CHECKPOINT_ROOT_MALFORMED'],
    [
      'whose root is of the alphabet for addresses',
      `a\n1\n${ROOT.replace('/', '_')}\n`,
      'CHECKPOINT_ROOT_MALFORMED',
    ],
    ['whose root is hexadecimal', `a\n1\n${'00'.repeat(32)}\n`, 'CHECKPOINT_ROOT_MALFORMED'],
  ])('%s is refused', (_, text, code) => {
    expect(thrownCode(() => parseCheckpoint(text))).toBe(code);
  });

  test('is not written where it could not be read back', () => {
    const root = randomBytes(32);
    expect(thrownCode(() => encodeCheckpoint({ origin: '', size: 1, root }))).toBe('CHECKPOINT_MALFORMED');
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a\n2', size: 1, root }))).toBe('CHECKPOINT_EXTENDED');
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a\r', size: 1, root }))).toBe('NOTE_NOT_TEXT');
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a', size: 1.5, root }))).toBe(
      'CHECKPOINT_SIZE_MALFORMED',
    );
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a', size: NaN, root }))).toBe(
      'CHECKPOINT_SIZE_MALFORMED',
    );
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a', size: 2 ** 53, root }))).toBe(
      'CHECKPOINT_SIZE_TOO_LARGE',
    );
    expect(thrownCode(() => encodeCheckpoint({ origin: 'a', size: 1, root: root.subarray(1) }))).toBe(
      'CHECKPOINT_ROOT_MALFORMED',
    );
  });
});
