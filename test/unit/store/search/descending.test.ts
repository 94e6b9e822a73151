import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Descending, fromTop, Intersection, Union } from '../../../../src/store/search/descending.ts';
import { Postings } from '../../../../src/store/search/postings.ts';

const list = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 120 });

/** A stored list; `reads` counts how often it was looked into. */
function postings(indexes: readonly number[], bound = 400, reads = { count: 0 }): Postings {
  const sorted = [...indexes].sort((left, right) => right - left);
  return new Postings(bound, (at, count) => {
    reads.count += 1;
    return sorted.filter((index) => index <= at).slice(0, count);
  });
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
        expect(all(postings(indexes), from)).toEqual(descending(indexes).filter((index) => index >= from));
      }),
    );
  });

  test('joined give the indexes of any, each once', () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 12 }), (lists) => {
        expect(all(new Union(lists.map((one) => postings(one))))).toEqual(descending(lists.flat()));
      }),
    );
  });

  test('compared give the indexes that are in all of them', () => {
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
        const [first = [], ...others] = lists;
        const common = first.filter((index) => others.every((one) => one.includes(index)));
        expect(all(new Intersection(lists.map((one) => postings(one))))).toEqual(descending(common));
      }),
    );
  });

  test('may be joined and compared in any depth', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(list, list), { maxLength: 6 }), (pairs) => {
        const common = pairs.flatMap(([left, right]) => left.filter((index) => right.includes(index)));
        const parts = pairs.map(([left, right]) => new Intersection([postings(left), postings(right)]));
        expect(all(new Union(parts))).toEqual(descending(common));
      }),
    );
  });

  test('are not read before their bound is reached', () => {
    const low = { count: 0 };
    const joined = new Union([postings([300, 299, 298], 300), postings([5, 4], 5, low)]);
    const found = fromTop(joined, 0)[Symbol.iterator]();
    expect([found.next().value, found.next().value, found.next().value]).toEqual([300, 299, 298]);
    expect(low.count).toBe(0);
    expect(found.next().value).toBe(5);
  });

  test('are passed over in leaps where another list is short', () => {
    const reads = { count: 0 };
    const long = postings(Array.from({ length: 400 }, (_, index) => index), 400, reads); // prettier-ignore
    expect(all(new Intersection([long, postings([390, 1])]))).toEqual([390, 1]);
    expect(reads.count).toBeLessThanOrEqual(3);
  });
});
