import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BlockList } from '../../../../src/store/search/block-list.ts';
import { type Descending, fromTop, Intersection, Union } from '../../../../src/store/search/descending.ts';

const list = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 120 });

const BLOCK_LENGTH = 16;

/** A list that is stored in blocks; `reads` counts how often it was looked into. */
function stored(indexes: readonly number[], bound = 400, reads = { count: 0 }): BlockList {
  const firsts = [...new Set(indexes.map((index) => index - (index % BLOCK_LENGTH)))].sort((a, b) => b - a);
  const blocks = firsts.map((first) => ({ first, bytes: bytesOf(indexes, first) }));
  return new BlockList(bound, {
    blocks: (at, count) => {
      reads.count += 1;
      return blocks.filter(({ first }) => first <= at).slice(0, count);
    },
    offsets: ({ bytes }) => [...bytes],
  });
}

function bytesOf(indexes: readonly number[], first: number): Buffer {
  const offsets = indexes.map((index) => index - first);
  return Buffer.from(offsets.filter((offset) => offset >= 0 && offset < BLOCK_LENGTH).sort((a, b) => a - b));
}

function descending(indexes: Iterable<number>): number[] {
  return [...new Set(indexes)].sort((left, right) => right - left);
}

function all(part: Descending, from = 0): number[] {
  return [...fromTop(part, from)];
}

describe('lists of indexes in descending order', () => {
  test('give all their indexes down to a bound', () => {
    fc.assert(
      fc.property(list, fc.nat(400), (indexes, from) => {
        expect(all(stored(indexes), from)).toEqual(descending(indexes).filter((index) => index >= from));
      }),
    );
  });

  test('joined give the indexes of any, each once', () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 12 }), (lists) => {
        expect(all(new Union(lists.map((one) => stored(one))))).toEqual(descending(lists.flat()));
      }),
    );
  });

  test('compared give the indexes that are in all of them', () => {
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
        const [first = [], ...others] = lists;
        const common = first.filter((index) => others.every((one) => one.includes(index)));
        expect(all(new Intersection(lists.map((one) => stored(one))))).toEqual(descending(common));
      }),
    );
  });

  test('may be joined and compared in any depth', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(list, list), { maxLength: 6 }), (pairs) => {
        const common = pairs.flatMap(([left, right]) => left.filter((index) => right.includes(index)));
        const parts = pairs.map(([left, right]) => new Intersection([stored(left), stored(right)]));
        expect(all(new Union(parts))).toEqual(descending(common));
      }),
    );
  });

  test('are not read before their bound is reached', () => {
    const low = { count: 0 };
    const joined = new Union([stored([300, 299, 298], 300), stored([5, 4], 5, low)]);
    const found = fromTop(joined, 0)[Symbol.iterator]();
    expect([found.next().value, found.next().value, found.next().value]).toEqual([300, 299, 298]);
    expect(low.count).toBe(0);
    expect(found.next().value).toBe(5);
  });

  test('are passed over in leaps where another list is short', () => {
    const reads = { count: 0 };
    const long = stored(Array.from({ length: 400 }, (_, index) => index), 400, reads); // prettier-ignore
    expect(all(new Intersection([long, stored([390, 1])]))).toEqual([390, 1]);
    expect(reads.count).toBeLessThanOrEqual(4);
  });
});
