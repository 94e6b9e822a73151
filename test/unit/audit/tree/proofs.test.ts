import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { emptyRoot, nodeHash } from '../../../../src/audit/merkle.ts';
import {
  consistencyProof,
  proveConsistency,
  verifyConsistency,
} from '../../../../src/audit/tree/consistency-proof.ts';
import { type HashSource, rootAt, splitOf } from '../../../../src/audit/tree/hash-source.ts';
import {
  inclusionProof,
  proveInclusion,
  verifyInclusion,
} from '../../../../src/audit/tree/inclusion-proof.ts';
import { MemoryLog } from '../../../support/memory-log.ts';
import { thrownCode } from '../../../support/thrown-code.ts';

/** Leaves and proofs that Certificate Transparency implementations share as test vectors. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const H = {
  first: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  second: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  pair: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  right: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  fifth: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  left: 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  two: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  fifthPair: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  lastPair: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
} as const;

const log = new MemoryLog(8, (index) => Buffer.from(LEAVES[index] ?? '', 'hex'));

function hex(hashes: readonly Buffer[]): string[] {
  return hashes.map((hash) => hash.toString('hex'));
}

describe('an inclusion proof', () => {
  test.each([
    [0, 1, []],
    [0, 8, [H.second, H.pair, H.right]],
    [5, 8, [H.fifth, H.lastPair, H.left]],
    [2, 3, [H.two]],
    [1, 5, [H.first, H.pair, H.fifth]],
  ])('of leaf %i in %i leaves is the published one', (index, size, hashes) => {
    const place = { index, size, root: log.rootAt(size) };
    const proof = proveInclusion(log, place);
    expect(hex(proof)).toEqual(hashes);
    expect(thrownCode(() => { verifyInclusion(place, log.hashAt(index), proof); })).toBeUndefined(); // prettier-ignore
  });

  test.each([
    ['null', null, 'PROOF_NOT_HASHES'],
    ['undefined', undefined, 'PROOF_NOT_HASHES'],
    ['no hash at all', [], 'INCLUSION_FAILED'],
    ['a hash too few', [H.second, H.pair], 'INCLUSION_FAILED'],
    ['a hash too many', [H.second, H.pair, H.right, H.right], 'INCLUSION_FAILED'],
    ['hashes in another order', [H.pair, H.second, H.right], 'INCLUSION_FAILED'],
    ['a hash of 31 bytes', [H.second, H.pair, H.right.slice(2)], 'PROOF_NOT_HASHES'],
    ['a hash of 33 bytes', [H.second, H.pair, `${H.right}00`], 'PROOF_NOT_HASHES'],
    ['an empty hash', [H.second, H.pair, ''], 'PROOF_NOT_HASHES'],
    ['64 hashes', Array.from({ length: 64 }, () => H.pair), 'PROOF_NOT_HASHES'],
  ])('of %s is refused', (_, hashes, code) => {
    const proof = hashes?.map((hash) => Buffer.from(hash, 'hex')) ?? (hashes as null | undefined);
    const place = { index: 0, size: 8, root: log.rootAt(8) };
    expect(thrownCode(() => { verifyInclusion(place, log.hashAt(0), proof); })).toBe(code); // prettier-ignore
  });

  test.each([
    [0, 0],
    [8, 8],
    [9, 8],
    [-1, 8],
    [0.5, 8],
    [NaN, 8],
    [0, NaN],
    [0, 2 ** 53],
    [2 ** 53, 2 ** 54],
    [0, Infinity],
  ])('of leaf %d in %d leaves is refused', (index, size) => {
    const place = { index, size, root: log.rootAt(8) };
    expect(thrownCode(() => { verifyInclusion(place, log.hashAt(0), []); })).toBe('TREE_RANGE'); // prettier-ignore
    expect(thrownCode(() => inclusionProof(log, index, size))).toBe('TREE_RANGE');
  });

  test('does not hold for another leaf, index, size or root', () => {
    const [root, leaf, proof] = [log.rootAt(8), log.hashAt(5), inclusionProof(log, 5, 8)];
    const code = (index: number, size: number, at: Buffer, of: Buffer): string | undefined =>
      thrownCode(() => { verifyInclusion({ index, size, root: at }, of, proof); }); // prettier-ignore
    expect(code(5, 8, root, leaf)).toBeUndefined();
    expect(code(4, 8, root, leaf)).toBe('INCLUSION_FAILED');
    expect(code(5, 9, root, leaf)).toBe('INCLUSION_FAILED');
    expect(code(5, 8, log.rootAt(7), leaf)).toBe('INCLUSION_FAILED');
    expect(code(5, 8, root, log.hashAt(4))).toBe('INCLUSION_FAILED');
    expect(code(5, 8, root.subarray(1), leaf)).toBe('INCLUSION_FAILED');
    expect(code(5, 8, root, leaf.subarray(1))).toBe('INCLUSION_FAILED');
  });

  test('holds at indexes beyond 2^31 and 2^32 as below them', () => {
    for (const height of [31, 32, 40, 52]) {
      const proof = Array.from({ length: height }, () => randomBytes(32));
      const leaf = randomBytes(32);
      const root = proof.reduce<Buffer>((node, sibling) => nodeHash(sibling, node), leaf);
      const place = { index: 2 ** height - 1, size: 2 ** height, root };
      expect(thrownCode(() => { verifyInclusion(place, leaf, proof); })).toBeUndefined(); // prettier-ignore
      const other = { ...place, index: 2 ** height - 2 };
      expect(thrownCode(() => { verifyInclusion(other, leaf, proof); })).toBe('INCLUSION_FAILED'); // prettier-ignore
    }
  });

  test('is not given out when the stored hashes do not give the root', () => {
    const forged = new MemoryLog(300);
    const root = forged.rootAt(300);
    forged.forgeHash(280, randomBytes(32));
    for (const index of [0, 280, 281, 299]) {
      expect(thrownCode(() => proveInclusion(forged, { index, size: 300, root }))).toBe('INCLUSION_FAILED');
    }
  });
});

describe('a consistency proof', () => {
  test.each([
    [1, 1, []],
    [8, 8, []],
    [1, 8, [H.second, H.pair, H.right]],
    [6, 8, [H.fifthPair, H.lastPair, H.left]],
    [2, 5, [H.pair, H.fifth]],
  ])('from %i to %i leaves is the published one', (oldSize, size, hashes) => {
    const [old, now] = [oldSize, size].map((count) => ({ size: count, root: log.rootAt(count) }));
    if (old === undefined || now === undefined) throw new Error('two sizes');
    const proof = proveConsistency(log, old, now);
    expect(hex(proof)).toEqual(hashes);
    expect(thrownCode(() => { verifyConsistency(old, now, proof); })).toBeUndefined(); // prettier-ignore
  });

  const old = { size: 6, root: log.rootAt(6) };
  const now = { size: 8, root: log.rootAt(8) };

  test.each([
    ['null', null, 'PROOF_NOT_HASHES'],
    ['undefined', undefined, 'PROOF_NOT_HASHES'],
    ['no hash at all', [], 'CONSISTENCY_FAILED'],
    ['a hash too few', [H.fifthPair, H.lastPair], 'CONSISTENCY_FAILED'],
    ['a hash too many', [H.fifthPair, H.lastPair, H.left, H.left], 'CONSISTENCY_FAILED'],
    ['hashes in another order', [H.lastPair, H.fifthPair, H.left], 'CONSISTENCY_FAILED'],
    ['a hash of 31 bytes', [H.fifthPair, H.lastPair, H.left.slice(2)], 'PROOF_NOT_HASHES'],
    ['64 hashes', Array.from({ length: 64 }, () => H.pair), 'PROOF_NOT_HASHES'],
  ])('of %s is refused', (_, hashes, code) => {
    const proof = hashes?.map((hash) => Buffer.from(hash, 'hex')) ?? (hashes as null | undefined);
    expect(thrownCode(() => { verifyConsistency(old, now, proof); })).toBe(code); // prettier-ignore
  });

  test.each([
    [0, 0],
    [0, 8],
    [8, 6],
    [-1, 8],
    [1.5, 8],
    [NaN, 8],
    [1, 2 ** 53],
  ])('from %d to %d leaves is refused', (oldSize, size) => {
    const [from, to] = [
      { size: oldSize, root: emptyRoot },
      { size, root: emptyRoot },
    ];
    expect(thrownCode(() => { verifyConsistency(from, to, []); })).toBe('TREE_RANGE'); // prettier-ignore
    expect(thrownCode(() => consistencyProof(log, oldSize, size))).toBe('TREE_RANGE');
  });

  test('of equal sizes is empty and needs equal roots', () => {
    const same = (root: Buffer, hashes: readonly Buffer[]): string | undefined =>
      thrownCode(() => { verifyConsistency(now, { size: 8, root }, hashes); }); // prettier-ignore
    expect(same(now.root, [])).toBeUndefined();
    expect(same(old.root, [])).toBe('CONSISTENCY_FAILED');
    expect(same(now.root, [now.root])).toBe('CONSISTENCY_FAILED');
  });

  test('does not hold for other roots or sizes, nor without a hash from a complete tree', () => {
    const proof = consistencyProof(log, 6, 8);
    const code = (from: typeof old, to: typeof now): string | undefined =>
      thrownCode(() => { verifyConsistency(from, to, proof); }); // prettier-ignore
    expect(code(old, now)).toBeUndefined();
    expect(code({ ...old, root: log.rootAt(5) }, now)).toBe('CONSISTENCY_FAILED');
    expect(code(old, { ...now, root: log.rootAt(7) })).toBe('CONSISTENCY_FAILED');
    expect(code({ ...old, size: 5 }, now)).toBe('CONSISTENCY_FAILED');
    expect(code(old, { ...now, size: 9 })).toBe('CONSISTENCY_FAILED');
    expect(code({ ...old, root: old.root.subarray(1) }, now)).toBe('CONSISTENCY_FAILED');
    const complete = { size: 4, root: log.rootAt(4) };
    expect(thrownCode(() => { verifyConsistency(complete, now, []); })).toBe('CONSISTENCY_FAILED'); // prettier-ignore
  });

  test('is not given out when the stored hashes do not give the roots', () => {
    const forged = new MemoryLog(300);
    const [from, to] = [
      { size: 290, root: forged.rootAt(290) },
      { size: 300, root: forged.rootAt(300) },
    ];
    forged.forgeHash(258, randomBytes(32));
    expect(thrownCode(() => proveConsistency(forged, from, to))).toBe('CONSISTENCY_FAILED');
  });
});

describe('stored hashes', () => {
  test('of 70,000 leaves are read by at most two tiles a level for a proof and one for a root', () => {
    const large = new MemoryLog(70_000);
    const [size, root] = [large.size, large.rootAt(70_000)];
    const mostOf = (work: () => unknown): number => {
      large.reads.clear();
      work();
      return Math.max(...large.reads.values());
    };
    for (const index of [0, 255, 256, 33_000, 65_535, 65_536, 69_888, 69_999]) {
      expect(mostOf(() => proveInclusion(large, { index, size, root }))).toBeLessThanOrEqual(512);
    }
    for (const oldSize of [1, 255, 65_535, 65_536, 65_537, 69_999]) {
      const old = { size: oldSize, root: large.rootAt(oldSize) };
      expect(mostOf(() => proveConsistency(large, old, { size, root }))).toBeLessThanOrEqual(512);
    }
    expect(mostOf(() => rootAt(large, size))).toBeLessThanOrEqual(255);
  });

  test('that are missing or no hashes make no proof', () => {
    const source = (leaf: readonly Buffer[], stored?: Buffer): HashSource => ({
      leafHashes: () => leaf,
      subtree: () => stored,
    });
    expect(thrownCode(() => rootAt(source([]), 1))).toBe('HASHES_MISSING');
    expect(thrownCode(() => rootAt(source([Buffer.alloc(31)]), 1))).toBe('HASHES_MISSING');
    expect(thrownCode(() => rootAt(source([], Buffer.alloc(31)), 256))).toBe('HASHES_MISSING');
    expect(thrownCode(() => proveInclusion(source([]), { index: 0, size: 1, root: emptyRoot }))).toBe(
      'HASHES_MISSING',
    );
    expect(thrownCode(() => rootAt(source([]), -1))).toBe('TREE_RANGE');
  });

  test('give the empty root for no leaves', () => {
    expect(rootAt(new MemoryLog(), 0)).toEqual(emptyRoot);
  });

  test('are split at the largest power of two below, up to 2^53', () => {
    for (let height = 1; height <= 53; height += 1) {
      expect(splitOf(2 ** height)).toBe(2 ** (height - 1));
      if (height > 1) expect(splitOf(2 ** height - 1)).toBe(2 ** (height - 1));
      if (height < 53) expect(splitOf(2 ** height + 1)).toBe(2 ** height);
    }
  });
});
