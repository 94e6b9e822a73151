import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  encodeEntries,
  offsetsIn,
  ownPlace,
  sharedPlace,
  TAG_BYTES,
  type TagPlace,
} from '../../../../src/store/search/tag-entries.ts';

/** Of two byte values only, so that equal bytes often stand across two entries. */
const tags = fc
  .array(fc.constantFrom(0, 1), { minLength: TAG_BYTES, maxLength: TAG_BYTES })
  .map((bytes) => Buffer.from(bytes));
const offsets = fc
  .uniqueArray(fc.constantFrom(0, 1, 2, 256, 257, 65_535), { minLength: 1 })
  .map((some) => [...some].sort((a, b) => a - b));
const lists = fc.uniqueArray(fc.record({ tag: tags, offsets }), {
  selector: ({ tag }) => tag.toString('hex'),
  maxLength: 8,
});

describe('the entries of tags in one row', () => {
  test.each<[string, (tag: Buffer) => TagPlace]>([
    ['shared by all tags of one first byte', sharedPlace],
    ['of one tag', ownPlace],
  ])('%s are found by tag, and no others', (_what, placeOf) => {
    fc.assert(
      fc.property(lists, tags, (all, other) => {
        const rows = new Map<string, Buffer[]>();
        for (const { tag, offsets: some } of all) {
          const { place, rest } = placeOf(tag);
          const row = place.toString('hex');
          rows.set(row, [...(rows.get(row) ?? []), encodeEntries(rest, some)]);
        }
        for (const wanted of [other, ...all.map(({ tag }) => tag)]) {
          const { place, rest } = placeOf(wanted);
          const row = Buffer.concat(rows.get(place.toString('hex')) ?? []);
          const expected = all.find(({ tag }) => tag.equals(wanted))?.offsets ?? [];
          expect(offsetsIn(row, rest)).toEqual(expected);
        }
      }),
    );
  });

  test('are cut off where the row is', () => {
    const { rest } = sharedPlace(Buffer.alloc(TAG_BYTES, 5));
    const row = encodeEntries(rest, [7, 9]);
    expect(offsetsIn(row.subarray(0, -1), rest)).toEqual([7]);
  });
});
