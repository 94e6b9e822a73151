import { describe, expect, test } from '@jest/globals';
import {
  type LogHead,
  type LogReader,
  type StoredLeaf,
  type StoredRoot,
} from '../../../src/audit/audit-log.ts';
import { appendToFrontier, emptyRoot, leafHash, rootOf } from '../../../src/audit/merkle.ts';
import { type Verification, verifyLog } from '../../../src/audit/verify-log.ts';

interface Log {
  head: LogHead;
  leaves: StoredLeaf[];
  roots: StoredRoot[];
  /** Indexes of the leaves with a personal part. */
  parts: number[];
}

const NOW = Date.parse('2027-01-01T00:00:00.000Z');

const EMPTY: LogHead = { origin: 'test', size: 0, root: emptyRoot, frontier: [], lastTime: 0, next: null };

function storedLeaf(
  index: number,
  text = `{"queryId":"q${String(index)}"}`,
  prefix = 'gecit-audit/v1\n',
): StoredLeaf {
  const bytes = Buffer.from(prefix + text);
  return { index, queryId: `q${String(index)}`, bytes, hash: leafHash(bytes) };
}

/** A sound log with a commit, and so a stored root, after each of the sizes given. */
function soundLog(commits: readonly number[], leafAt: (index: number) => StoredLeaf = storedLeaf): Log {
  const frontier: Buffer[] = [];
  const leaves: StoredLeaf[] = [];
  const roots = commits.map((size): StoredRoot => {
    while (leaves.length < size) {
      const leaf = leafAt(leaves.length);
      appendToFrontier(frontier, leaves.length, leaf.hash);
      leaves.push(leaf);
    }
    return { size, root: rootOf(frontier) };
  });
  return {
    head: { ...EMPTY, size: leaves.length, root: rootOf(frontier), frontier },
    leaves,
    roots,
    parts: [],
  };
}

function verify(log: Log, onProgress?: (leaves: number) => void): Verification {
  const unused = (): never => {
    throw new Error('verification does not ask for this');
  };
  const reader: LogReader = {
    atOneMoment: (read) => read(),
    head: () => log.head,
    leaves: () => log.leaves,
    roots: () => log.roots,
    leafOf: unused,
    sealedPart: unused,
    indexesWithPart: () => log.parts,
    close: unused,
  };
  return verifyLog(reader, NOW, onProgress);
}

/** A verdict, its place, and the beginning of what is said. */
function said(log: Log): [string, number | null, string] {
  const { verdict, firstBadIndex, reason } = verify(log);
  return [verdict, firstBadIndex, reason.en.split(/[,:.]/, 1)[0] ?? ''];
}

describe('a log', () => {
  test('that is empty is sound', () => {
    expect(verify({ head: EMPTY, leaves: [], roots: [], parts: [] })).toMatchObject({
      verdict: 'sound',
      size: 0,
      root: emptyRoot,
      firstBadIndex: null,
    });
  });

  test('is sound whatever the commits were', () => {
    for (const commits of [[1], [1, 2, 3], [5], [2, 7, 8], [64], [1, 64, 65, 100]]) {
      const log = soundLog(commits);
      expect(verify(log)).toMatchObject({ verdict: 'sound', size: log.leaves.length, root: log.head.root });
    }
  });

  test('tells how far its proof has come', () => {
    const seen: number[] = [];
    verify(soundLog([20_000]), (leaves) => seen.push(leaves));
    expect(seen).toEqual([10_000, 20_000]);
  });

  test('without the root of its last commit is incomplete, not tampered', () => {
    const log = soundLog([2, 5]);
    log.roots.pop();
    expect(said(log)).toEqual(['incomplete', null, 'The leaves agree with the head']);
  });
});

/** A leaf that commits to a personal part. */
function personalLeaf(index: number, kid = 'access-p10y-2026-11'): StoredLeaf {
  const queryId = `q${String(index)}`;
  return storedLeaf(index, JSON.stringify({ queryId, time: '2026-11-22T09:00:00.000Z', kid, personal: 'c' }));
}

describe('a log whose personal parts are gone', () => {
  test('is sound while every part is there, whatever stands between', () => {
    const log = soundLog([2, 5], (index) => (index === 2 ? storedLeaf(2) : personalLeaf(index)));
    log.parts = [0, 1, 3, 4];
    expect(verify(log)).toMatchObject({ verdict: 'sound', missingParts: 0 });
  });

  test('before their retention ended is incomplete, from the first of them [R002-080]', () => {
    const log = soundLog([2, 5], personalLeaf);
    log.parts = [0, 3];
    expect(verify(log)).toMatchObject({ verdict: 'incomplete', firstBadIndex: 1, missingParts: 3, size: 5 });
    expect(verify(log).reason.en).toContain('personal parts are gone');
  });

  test('after their retention ended is sound', () => {
    const log = soundLog([2, 5], (index) => personalLeaf(index, 'access-p1m-2026-11'));
    expect(verify(log)).toMatchObject({ verdict: 'sound', missingParts: 0 });
  });

  test('and whose leaves were changed is tampered', () => {
    const log = soundLog([2, 5], personalLeaf);
    log.leaves[4] = { ...personalLeaf(4), hash: emptyRoot };
    expect(verify(log)).toMatchObject({ verdict: 'tampered', firstBadIndex: 4 });
  });
});

describe('verification names the place', () => {
  test('of a leaf whose bytes are no leaf, though the hash fits', () => {
    const log = soundLog([5]);
    log.leaves[3] = storedLeaf(3, 'no json');
    expect(said(log)).toEqual(['tampered', 3, 'The bytes of the row are no leaf']);
    log.leaves[3] = storedLeaf(3, '{"queryId":"q3"}', 'another-log/v1\n');
    expect(said(log)).toEqual(['tampered', 3, 'The bytes of the row are no leaf']);
  });

  test('of a leaf that holds no object', () => {
    const log = soundLog([5]);
    log.leaves[3] = storedLeaf(3, 'null');
    expect(said(log)).toEqual(['tampered', 3, 'The bytes of the row are no leaf']);
  });

  test('of a root stored between commits', () => {
    const log = soundLog([2, 5]);
    log.roots.splice(1, 0, { size: 3.5, root: emptyRoot });
    expect(said(log)).toEqual([
      'tampered',
      2,
      'The root stored for the commit that begins here was changed; the leaves agree with later roots',
    ]);
  });

  test('of a frontier that does not fit, in the head', () => {
    const log = soundLog([5]);
    log.head = { ...log.head, frontier: [...log.head.frontier].reverse() };
    expect(said(log)).toEqual(['tampered', null, 'The head does not fit the leaves']);
  });

  test('of a changed commit before a changed leaf', () => {
    const log = soundLog([2, 4, 6]);
    log.leaves[3] = storedLeaf(3, '{"queryId":"q3","outcome":"other"}');
    log.leaves[5] = { ...storedLeaf(5), hash: emptyRoot };
    expect(said(log)).toEqual([
      'tampered',
      2,
      'The leaves of the commit that begins here do not give its root',
    ]);
  });

  test('of a changed root before a changed leaf', () => {
    const log = soundLog([2, 4, 6]);
    log.roots[0] = { size: 2, root: emptyRoot };
    log.leaves[5] = { ...storedLeaf(5), hash: emptyRoot };
    expect(said(log)).toEqual([
      'tampered',
      0,
      'The root stored for the commit that begins here was changed; the leaves agree with later roots',
    ]);
  });

  test('of the earliest of several faults', () => {
    const log = soundLog([2, 4, 6]);
    log.leaves[5] = { ...storedLeaf(5), hash: emptyRoot };
    log.leaves[3] = { ...storedLeaf(3), hash: emptyRoot };
    expect(said(log)).toEqual(['tampered', 3, 'The bytes of the leaf do not have its hash']);
  });
});
