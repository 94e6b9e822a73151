import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { SEARCHED_VALUES } from '../../src/audit/search-index.ts';
import { tryDecodeLeaf } from '../../src/audit/try-decode-leaf.ts';
import { IndexedLeaves } from '../../src/store/search/indexed-leaves.ts';

const LEAF: Leaf = {
  type: 'disclosure',
  time: '2026-03-02T09:00:00.000Z',
  queryId: '0193e7b2-1111-7222-8333-000000000001',
  agency: 'cgm',
  certificate: 'ab'.repeat(32),
  tls: 'TLSv1.3',
  proof: 'shared-secret',
  agreement: 'tr-iskur-cgm-2024',
  agreementVersion: 1,
  agreementHash: null,
  operation: 'araci-sorgu',
  provider: 'iskur',
  legalBasis: ['genelge-2017-6'],
  purpose: null,
  mode: 'instant',
  code: null,
  outcome: 'found',
  surplus: 0,
  count: 1,
  action: null,
  about: null,
  kid: null,
  personal: null,
  answer: null,
};

/** Few values, so that the same ones come again, and some that a leaf never has. */
const value = fc.constantFrom(null, 'a', 'b', ',"time":"', ',"kid":', '"', '\\', 'ş', 7 as unknown as string);
const time = fc.constantFrom('2026-03-02T09:00:00.000Z', '2026-13-02T09:00:00.000Z', 'soon');
const queryId = fc.constantFrom('0193e7b2-1111-7222-8333-000000000001', 'q', '');
const leaves = fc.record({
  type: value,
  time,
  queryId,
  agency: value,
  agreement: value,
  purpose: value,
  code: value,
  kid: fc.constantFrom(null, 'access-p10y-2026-03', 'Ş'),
  personal: fc.constantFrom(null, 'ab'.repeat(22), 'x'),
  facts: fc.constantFrom(undefined, { time: '2026-01-01T00:00:00.000Z' }),
});
/** What a changed leaf might look like. */
const broken = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.slice(0, -1),
  (text: string) => text.replace(',"kid"', ',"time":"2020-01-01T00:00:00.000Z","kid"'),
  (text: string) => text.replace('"agency"', '"purpose":"c","agency"'),
  (text: string) => `${text} `,
);

describe('leaves read for an index', () => {
  test('have the values and the time of the leaf as it parses, whatever was read before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(leaves, broken), { minLength: 1, maxLength: 12 }), (some) => {
        const reader = new IndexedLeaves();
        for (const [change, breaking] of some) {
          const text = breaking(encodeLeaf({ ...LEAF, ...change } as Leaf).toString('utf8'));
          const leaf = tryDecodeLeaf(text);
          const expected = leaf && {
            time: leaf.time,
            list: SEARCHED_VALUES.map((name) => (typeof leaf[name] === 'string' ? leaf[name] : null)),
          };
          const read = reader.read(text);
          expect(read && { time: read.time, list: read.values.list }).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});
