import { describe, expect, test } from '@jest/globals';
import { decodeLeaf, encodeLeaf, type Leaf } from '../../../src/audit/leaf.ts';

const LEAF: Leaf = {
  type: 'refusal',
  time: '2026-11-22T09:00:00.000Z',
  queryId: '0193e7b2-1111-7222-8333-000000000001',
  agency: 'cgm',
  certificate: 'ab'.repeat(32),
  tls: 'TLSv1.3',
  proof: null,
  agreement: 'tr-iskur-cgm-2024',
  agreementVersion: 1,
  agreementHash: `sha256:${'cd'.repeat(32)}`,
  operation: 'araci-sorgu',
  provider: 'iskur',
  legalBasis: ['genelge-2017-6'],
  purpose: null,
  mode: 'instant',
  code: 'PURPOSE_NOT_AGREED',
  outcome: null,
  surplus: null,
  count: 1,
  action: null,
  about: null,
  kid: null,
  personal: null,
  answer: null,
};

describe('a leaf', () => {
  test('is a version line and one line of JSON', () => {
    const lines = encodeLeaf(LEAF).toString('utf8').split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('gecit-audit/v1');
    expect(JSON.parse(lines[1] ?? '')).toEqual(LEAF);
  });

  test('has the same keys in the same order, however its content was put together', () => {
    const shuffled = Object.fromEntries(Object.entries(LEAF).reverse()) as unknown as Leaf;
    expect(encodeLeaf(shuffled)).toEqual(encodeLeaf(LEAF));
    expect(Object.keys(decodeLeaf(encodeLeaf(shuffled)))).toEqual(Object.keys(LEAF));
  });

  test('holds no member that the encoding does not know', () => {
    const wider = { ...LEAF, tckn: '10000000146' };
    expect(encodeLeaf(wider)).toEqual(encodeLeaf(LEAF));
  });

  test('comes back as it was', () => {
    expect(decodeLeaf(encodeLeaf(LEAF))).toEqual(LEAF);
  });

  test('above 4096 bytes is refused', () => {
    const [basis] = LEAF.legalBasis ?? [];
    expect(() => encodeLeaf({ ...LEAF, legalBasis: new Array<string>(300).fill(basis ?? '') })).toThrow(
      RangeError,
    );
  });

  test.each(['', 'gecit-audit/v2\n{}', '{}', 'gecit-audit/v1\n{'])('is not read from %j', (text) => {
    expect(() => decodeLeaf(Buffer.from(text))).toThrow(SyntaxError);
  });
});
