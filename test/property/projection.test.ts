import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileProjection } from '../../src/gateway/projection/compile-projection.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { anyText } from '../support/any-text.ts';
import { checkRandomDocuments } from '../support/projection-rule.ts';
import { EK_1, lookupOperation, validDocument } from '../support/source-document.ts';

/** The campaign runs a million; see `npm run campaign:projection`. */
const DOCUMENTS = 20_000;

describe('projection of random source documents', () => {
  test('lets out the agreed members alone, as the source holds them, or nothing [R002-004]', () => {
    const counts = checkRandomDocuments(DOCUMENTS);
    expect(counts.found + counts['not-found'] + counts.invalid).toBe(DOCUMENTS);
    expect(counts.found).toBeGreaterThan(DOCUMENTS / 5);
    expect(counts['not-found']).toBeGreaterThan(0);
    expect(counts.invalid).toBeGreaterThan(DOCUMENTS / 5);
  }, 120_000);

  test('JSON.stringify spells every well-formed string as RFC 8785 does', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(JSON.stringify(text)).toBe(canonicalJson(text));
      }),
      { numRuns: 5000 },
    );
  });

  test('fields in any order of agreement or source give the same bytes', () => {
    const record = validDocument();
    const canonical = canonicalJson(record);
    const names = Object.keys(record);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...EK_1], { minLength: EK_1.length }),
        fc.shuffledSubarray(names, { minLength: names.length }),
        (output, order) => {
          const projection = compileProjection(lookupOperation(output));
          const shuffled = Object.fromEntries(order.map((name) => [name, record[name]]));
          expect(projection.project({ records: [shuffled] })).toMatchObject({ dataJson: canonical });
        },
      ),
    );
  });
});
