import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { consistencyProof, verifyConsistency } from '../../src/audit/tree/consistency-proof.ts';
import { rootAt } from '../../src/audit/tree/hash-source.ts';
import { inclusionProof, verifyInclusion } from '../../src/audit/tree/inclusion-proof.ts';
import { ProofError } from '../../src/audit/tree/proof-error.ts';
import { encodeTlogProof, parseTlogProof } from '../../src/audit/tree/tlog-proof.ts';
import { leafHash, nodeHash } from '../../src/audit/merkle.ts';
import { flipBit, MemoryLog } from '../support/memory-log.ts';

const SIZES = 300;
const log = new MemoryLog(SIZES);

function holds(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch (thrown) {
    if (thrown instanceof ProofError) return false;
    throw thrown;
  }
}

function included(index: number, size: number, proof: readonly Buffer[], root = log.rootAt(size)): boolean {
  return holds(() => {
    verifyInclusion({ index, size, root }, log.hashAt(index), proof);
  });
}

function consistent(oldSize: number, size: number, proof: readonly Buffer[]): boolean {
  return holds(() => {
    verifyConsistency({ size: oldSize, root: log.rootAt(oldSize) }, { size, root: log.rootAt(size) }, proof);
  });
}

/** Whether the proof fails for a bit flipped in one of its hashes, for a hash less, and for a hash more. */
function failsWhenChanged(
  proof: readonly Buffer[],
  bit: number,
  verify: (proof: readonly Buffer[]) => boolean,
): boolean {
  const more = [...proof, leafHash(Buffer.from(String(bit)))];
  if (proof.length === 0) return !verify(more);
  const place = bit % proof.length;
  const flipped = proof.map((hash, at) => (at === place ? flipBit(hash, bit) : hash));
  return [flipped, proof.slice(1), more].every((changed) => !verify(changed));
}

/** PATH(m, D[start:end]) as RFC 9162 §2.1.3.1 writes it. */
function naivePath(index: number, start: number, end: number): Buffer[] {
  if (end - start === 1) return [];
  let split = 1;
  while (split * 2 < end - start) split *= 2;
  const middle = start + split;
  return index < middle
    ? [...naivePath(index, start, middle), naiveRoot(middle, end)]
    : [...naivePath(index, middle, end), naiveRoot(start, middle)];
}

function naiveRoot(start: number, end: number): Buffer {
  if (end - start === 1) return log.hashAt(start);
  let split = 1;
  while (split * 2 < end - start) split *= 2;
  return nodeHash(naiveRoot(start, start + split), naiveRoot(start + split, end));
}

/** Every number below 70, then those next to powers of two and some others: enough to meet every shape of tree. */
function somePlaces(size: number): number[] {
  const all = Array.from({ length: size }, (_, place) => place);
  return size <= 130
    ? all
    : all.filter((place) => place % 61 === size % 61 || isNearPower(place) || place >= size - 2);
}

function isNearPower(place: number): boolean {
  return [place - 1, place, place + 1].some((near) => near > 0 && Number.isInteger(Math.log2(near)));
}

/** Every size up to 70, every fifth above, and those next to powers of two. */
function someSizes(): number[] {
  const all = Array.from({ length: SIZES }, (_, place) => place + 1);
  return all.filter((size) => size <= 70 || size % 5 === 0 || isNearPower(size));
}

describe('for sizes up to 300', () => {
  test('inclusion proofs hold, and fail for any hash changed, lost or added', () => {
    for (const size of someSizes()) {
      for (const index of somePlaces(size)) {
        const proof = inclusionProof(log, index, size);
        expect(included(index, size, proof)).toBe(true);
        expect(failsWhenChanged(proof, 7 * index + size, (changed) => included(index, size, changed))).toBe(
          true,
        );
      }
    }
  });

  test('consistency proofs hold, and fail for any hash changed, lost or added', () => {
    for (const size of someSizes()) {
      for (const oldSize of somePlaces(size).map((place) => place + 1)) {
        const proof = consistencyProof(log, oldSize, size);
        expect(consistent(oldSize, size, proof)).toBe(true);
        expect(
          failsWhenChanged(proof, 7 * oldSize + size, (changed) => consistent(oldSize, size, changed)),
        ).toBe(true);
      }
    }
  });

  test('the root of any earlier size is found from the hashes', () => {
    for (let size = 0; size <= SIZES; size += 1)
      expect(rootAt(log, size).equals(log.rootAt(size))).toBe(true);
  });
});

describe('a proof', () => {
  test('fails for every single bit flipped', () => {
    const cases = [
      {
        proof: inclusionProof(log, 131, 203),
        verify: (proof: readonly Buffer[]) => included(131, 203, proof),
      },
      {
        proof: consistencyProof(log, 131, 203),
        verify: (proof: readonly Buffer[]) => consistent(131, 203, proof),
      },
    ];
    for (const { proof, verify } of cases) {
      expect([proof.length > 7, verify(proof)]).toEqual([true, true]);
      for (const [place, hash] of proof.entries()) {
        for (let bit = 0; bit < 256; bit += 1)
          expect(verify(proof.with(place, flipBit(hash, bit)))).toBe(false);
      }
    }
  });

  test('of inclusion is the path that the RFC defines, and ties one leaf to one place of one tree', () => {
    const places = fc.integer({ min: 1, max: SIZES }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        index: fc.nat(size - 1),
        other: fc.nat(size - 1),
        otherSize: fc.integer({ min: 1, max: SIZES }),
      }),
    );
    fc.assert(
      fc.property(places, ({ size, index, other, otherSize }) => {
        const proof = inclusionProof(log, index, size);
        expect(proof).toEqual(naivePath(index, 0, size));
        if (other !== index) expect(included(other, size, proof)).toBe(false);
        if (otherSize !== size) expect(included(index, size, proof, log.rootAt(otherSize))).toBe(false);
      }),
    );
  });

  test('comes back from its file as it was written', () => {
    const some = fc.record({
      index: fc.maxSafeNat(),
      hashes: fc.array(
        fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
        { maxLength: 63 },
      ),
      extra: fc.option(
        fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
        { nil: undefined },
      ),
      checkpoint: fc.constantFrom('a\n1\nb\n\n— c d\n', '\nx', 'x\n\n\ny'),
    });
    fc.assert(
      fc.property(some, (proof) => {
        expect(parseTlogProof(encodeTlogProof(proof))).toEqual(proof);
      }),
    );
  });
});

describe('proofs of a large log', () => {
  const large = new MemoryLog(66_000);

  test('are the same whatever subtrees are stored', () => {
    const cases = fc.record({
      size: fc.integer({ min: 1, max: large.size }),
      place: fc.nat(large.size),
      kept: fc.constantFrom<(level: number, index: number) => boolean>(
        () => true,
        () => false,
        (_, index) => index % 3 !== 0,
        (level) => level === 1,
        (level) => level === 2,
      ),
    });
    fc.assert(
      fc.property(cases, ({ size, place, kept }) => {
        const [index, root] = [place % size, large.rootAt(size)];
        large.stored = kept;
        const inclusion = inclusionProof(large, index, size);
        const consistency = consistencyProof(large, index + 1, size);
        expect(rootAt(large, size).equals(root)).toBe(true);
        expect(holds(() => { verifyInclusion({ index, size, root }, large.hashAt(index), inclusion); })).toBe(true); // prettier-ignore
        const old = { size: index + 1, root: large.rootAt(index + 1) };
        expect(holds(() => { verifyConsistency(old, { size, root }, consistency); })).toBe(true); // prettier-ignore
      }),
      { numRuns: 15 },
    );
  });
});
