import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonLine, JsonLines } from '../../../../../src/sources/sql/sqlite/json-lines.ts';

const values = fc.array(
  fc.json({ stringUnit: 'binary' }).map((text) => JSON.parse(text) as unknown),
  { maxLength: 5 },
);

describe('lines of JSON', () => {
  test('give the values back in order, wherever the bytes are cut and although each piece is written over', () => {
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (some, sizes) => {
        const bytes = Buffer.from(some.map(jsonLine).join(''), 'utf8');
        const lines = new JsonLines();
        const taken: unknown[] = [];
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          const piece = Buffer.from(bytes.subarray(from, from + size));
          taken.push(...lines.take(piece));
          piece.fill(0);
          from += size;
        }
        expect(taken).toEqual(some);
      }),
    );
  });

  test('refuse a line that is no JSON', () => {
    expect(() => new JsonLines().take(Buffer.from('{"a":\n'))).toThrow(SyntaxError);
  });
});
