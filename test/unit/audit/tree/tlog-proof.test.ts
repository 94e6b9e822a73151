import { describe, expect, test } from '@jest/globals';
import { encodeTlogProof, parseTlogProof, type TlogProof } from '../../../../src/audit/tree/tlog-proof.ts';
import { WITNESSED } from '../../../support/published-notes.ts';
import { thrownCode } from '../../../support/thrown-code.ts';

/** The hashes of the example on the C2SP page. */
const HASHES = [
  'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=',
  'B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=',
  'EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=',
];
const WHOLE = `c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n${HASHES.join('\n')}\n\n${WITNESSED.note}`;
const PLAIN = WHOLE.replace('extra YWdl\n', '');

describe('a proof file', () => {
  test('is read as published, with the checkpoint as it stands', () => {
    expect(parseTlogProof(WHOLE)).toEqual({
      extra: Buffer.from('age'),
      index: 73_894,
      hashes: HASHES.map((hash) => Buffer.from(hash, 'base64')),
      checkpoint: WITNESSED.note,
    });
    expect(parseTlogProof(Buffer.from(PLAIN, 'utf8')).extra).toBeUndefined();
  });

  test('comes back as it was written, also without hashes', () => {
    for (const text of [WHOLE, PLAIN, `c2sp.org/tlog-proof@v1\nindex 0\n\n${WITNESSED.note}`]) {
      expect(encodeTlogProof(parseTlogProof(text))).toBe(text);
    }
  });

  test.each([
    ['that is empty', '', 'PROOF_MALFORMED'],
    ['of another version', WHOLE.replace('@v1', '@v2'), 'PROOF_MALFORMED'],
    ['with CRLF', WHOLE.replaceAll('\n', '\r\n'), 'NOTE_NOT_TEXT'],
    ['with a byte order mark', `\ufeff${WHOLE}`, 'PROOF_MALFORMED'],
    ['without index', PLAIN.replace('index 73894\n', ''), 'PROOF_MALFORMED'],
    ['with two indexes', PLAIN.replace('index 73894\n', 'index 73894\nindex 73894\n'), 'PROOF_MALFORMED'],
    ['whose extra stands behind the index', PLAIN.replace('index 73894\n', 'index 73894\nextra YWdl\n'), 'PROOF_MALFORMED'],
    ['with empty extra', WHOLE.replace('extra YWdl', 'extra '), 'PROOF_MALFORMED'],
    ['whose extra is no base64', WHOLE.replace('YWdl', 'YWd'), 'PROOF_MALFORMED'],
    ['whose index has a leading zero', WHOLE.replace('index 7', 'index 07'), 'PROOF_MALFORMED'],
    ['whose index is negative', WHOLE.replace('index 7', 'index -7'), 'PROOF_MALFORMED'],
    ['whose index has two spaces', WHOLE.replace('index 7', 'index  7'), 'PROOF_MALFORMED'],
    ['whose index is 2^64-1', WHOLE.replace('73894', '18446744073709551615'), 'PROOF_INDEX_TOO_LARGE'],
    ['with a hash of 31 bytes', WHOLE.replace(HASHES[0] ?? '', Buffer.alloc(31).toString('base64')), 'PROOF_MALFORMED'],
    ['with a hash that has spare bits', WHOLE.replace('dPlQ=', 'dPlR='), 'PROOF_MALFORMED'],
    ['with a space behind a hash', WHOLE.replace('dPlQ=', 'dPlQ= '), 'PROOF_MALFORMED'],
    ['without checkpoint', WHOLE.slice(0, -WITNESSED.note.length), 'PROOF_MALFORMED'],
    ['without the empty line', WHOLE.replace(`\n\n${WITNESSED.note}`, `\n${WITNESSED.note}`), 'PROOF_MALFORMED'],
    ['with 64 hashes', PLAIN.replace(`${HASHES[0] ?? ''}\n`, `${HASHES[0] ?? ''}\n`.repeat(62)), 'PROOF_NOT_HASHES'],
    ['of more than 1 MiB', `${WHOLE}${'x'.repeat(1024 * 1024)}`, 'NOTE_TOO_LARGE'],
  ])('%s is refused', (_, text, code) => {
    expect(thrownCode(() => parseTlogProof(text))).toBe(code);
  }); // prettier-ignore

  test('is not written where it could not be read back', () => {
    const proof = parseTlogProof(WHOLE);
    const code = (change: Partial<TlogProof>): string | undefined =>
      thrownCode(() => encodeTlogProof({ ...proof, ...change }));
    expect(code({ index: -1 })).toBe('PROOF_INDEX_TOO_LARGE');
    expect(code({ index: 2 ** 53 })).toBe('PROOF_INDEX_TOO_LARGE');
    expect(code({ extra: Buffer.alloc(0) })).toBe('PROOF_MALFORMED');
    expect(code({ checkpoint: '' })).toBe('PROOF_MALFORMED');
    expect(code({ hashes: [Buffer.alloc(31)] })).toBe('PROOF_NOT_HASHES');
    expect(code({ hashes: null as unknown as Buffer[] })).toBe('PROOF_NOT_HASHES');
  });
});
