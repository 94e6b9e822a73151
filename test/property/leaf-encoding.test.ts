import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { anyText } from '../support/any-text.ts';

const KEYS = [
  'type', 'time', 'queryId', 'agency', 'certificate', 'tls', 'proof', 'agreement', 'agreementVersion', 'agreementHash',
  'operation', 'provider', 'legalBasis', 'purpose', 'mode', 'code', 'outcome', 'surplus', 'count', 'action', 'about', 'kid',
  'personal', 'answer', 'facts',
] as const; // prettier-ignore

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), anyText({ maxLength: 20 }));
const textOrNull = fc.option(text);
const texts = Object.fromEntries(
  ['agency', 'certificate', 'tls', 'proof', 'agreement', 'agreementHash', 'operation', 'provider', 'purpose', 'mode', 'code',
    'outcome', 'action', 'about', 'kid', 'personal', 'answer'].map((name) => [name, textOrNull]),
); // prettier-ignore
const leaves = fc.record({
  type: text,
  time: text,
  queryId: text,
  ...texts,
  agreementVersion: fc.option(fc.nat()),
  legalBasis: fc.option(fc.array(text, { maxLength: 3 })),
  surplus: fc.option(fc.nat()),
  count: fc.nat(),
  facts: fc.option(fc.dictionary(text, fc.oneof(text, fc.nat(), fc.constant(null)), { maxKeys: 3 }), {
    nil: undefined,
  }),
});

describe('the bytes of a leaf', () => {
  test('are those of JSON.stringify, whatever its values are', () => {
    fc.assert(
      fc.property(leaves, (some) => {
        const leaf = some as unknown as Leaf;
        const inOrder = Object.fromEntries(KEYS.map((key) => [key, leaf[key]]));
        const written = encodeLeaf(leaf);
        expect(written.toString('utf8')).toBe(`gecit-audit/v1\n${JSON.stringify(inOrder)}`);
        expect(encodeLeaf(leaf)).toEqual(written);
      }),
    );
  });
});
