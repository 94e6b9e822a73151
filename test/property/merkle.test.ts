import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appendToFrontier, emptyRoot, leafHash, nodeHash, rootOf } from '../../src/audit/merkle.ts';

/** MTH as RFC 6962 §2.1 writes it, without a frontier. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return emptyRoot;
  if (leaves.length === 1) return leafHash(first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

function bitsOf(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}

describe('the root of the frontier', () => {
  test('is the tree hash of RFC 6962 for every size up to 300', () => {
    const leaves: Buffer[] = [];
    const frontier: Buffer[] = [];
    expect(rootOf(frontier)).toEqual(naiveRoot(leaves));
    for (let size = 0; size < 300; size++) {
      const leaf = Buffer.from(`leaf ${String(size)}`);
      leaves.push(leaf);
      appendToFrontier(frontier, size, leafHash(leaf));
      expect(frontier).toHaveLength(bitsOf(size + 1));
      expect(rootOf(frontier).equals(naiveRoot(leaves))).toBe(true);
    }
  });

  test('changes with any byte of any leaf', () => {
    const someLeaves = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(someLeaves, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, place, flip) => {
        const leaves = content.map((bytes) => Buffer.from(bytes));
        const before = rootOfAll(leaves);
        const changed = leaves[place % leaves.length] ?? Buffer.alloc(1);
        changed.writeUInt8(changed.readUInt8(place % changed.length) ^ flip, place % changed.length);
        return !rootOfAll(leaves).equals(before);
      }),
    );
  });
});

function rootOfAll(leaves: readonly Buffer[]): Buffer {
  const frontier: Buffer[] = [];
  for (const [index, leaf] of leaves.entries()) appendToFrontier(frontier, index, leafHash(leaf));
  return rootOf(frontier);
}
