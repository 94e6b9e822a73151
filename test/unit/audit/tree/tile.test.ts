import { describe, expect, test } from '@jest/globals';
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  newTiles,
  tileHashes,
  tilePath,
  type TilePlace,
  tilesFor,
} from '../../../../src/audit/tree/tile.ts';

function countsOf(tiles: Iterable<TilePlace>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { level, width } of tiles) {
    const kind = `L${String(level)} ${String(width)}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function paths(tiles: Iterable<TilePlace>): string[] {
  return [...tiles].map(({ level, index, width }) => tilePath(level, index, width));
}

describe('tile paths', () => {
  test('write the index in groups of three digits', () => {
    expect(tilePath(0, 0)).toBe('tile/0/000');
    expect(tilePath(0, 999)).toBe('tile/0/999');
    expect(tilePath(3, 1000)).toBe('tile/3/x001/000');
    expect(tilePath(63, 1_234_067)).toBe('tile/63/x001/x234/067');
    expect(tilePath(0, 273, 112)).toBe('tile/0/273.p/112');
    expect(bundlePath(1_234_067, 1)).toBe('tile/entries/x001/x234/067.p/1');
    expect(bundlePath(5)).toBe('tile/entries/005');
    expect(tilePath(0, Number.MAX_SAFE_INTEGER)).toBe('tile/0/x009/x007/x199/x254/x740/991');
  });

  test.each([
    [-1, 0, 256],
    [64, 0, 256],
    [0.5, 0, 256],
    [0, -1, 256],
    [0, 2 ** 53, 256],
    [0, NaN, 256],
    [0, 0, 0],
    [0, 0, 257],
    [0, 0, 1.5],
  ])('refuse level %d, index %d, width %d', (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(RangeError);
    if (level === 0) expect(() => bundlePath(index, width)).toThrow(RangeError);
  });
});

describe('the tiles of a tree', () => {
  test('of 70,000 leaves are those of the C2SP page', () => {
    expect(countsOf(tilesFor(70_000))).toEqual({
      'L0 256': 273,
      'L0 112': 1,
      'L1 256': 1,
      'L1 17': 1,
      'L2 1': 1,
    });
  });

  test('of 256 leaves are one full tile and the partial one above it', () => {
    expect(paths(tilesFor(256))).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(paths(tilesFor(255))).toEqual(['tile/0/000.p/255']);
    expect(paths(tilesFor(1))).toEqual(['tile/0/000.p/1']);
    expect(paths(tilesFor(0))).toEqual([]);
  });

  test('that are new are those that the smaller tree does not have', () => {
    for (const [before, after] of [[0, 1], [1, 1], [1, 255], [255, 256], [256, 257], [511, 513], [65_535, 65_536], [65_536, 70_000], [3, 70_000]] as const) {
      const had = new Set(paths(tilesFor(before)));
      const missing = paths(tilesFor(after)).filter((path) => !had.has(path));
      expect(paths(newTiles(before, after))).toEqual(missing);
    } // prettier-ignore
  });

  test('are not listed for a tree that shrinks, or for no size', () => {
    for (const [before, after] of [[2, 1], [-1, 1], [0, 1.5], [0, 2 ** 53]] as const) {
      expect(() => [...newTiles(before, after)]).toThrow(RangeError);
    } // prettier-ignore
  });

  test('go up to level 6', () => {
    const last = [...newTiles(Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER)].at(-1);
    expect(last).toEqual({ level: 0, index: Math.floor(Number.MAX_SAFE_INTEGER / 256), width: 255 });
    const levels = [...newTiles(2 ** 48 - 1, 2 ** 48)].map(({ level }) => level);
    expect(levels).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('tiles', () => {
  test('hold 1 to 256 hashes', () => {
    const bytes = Buffer.concat(Array.from({ length: 256 }, (_, place) => Buffer.alloc(32, place)));
    expect(tileHashes(bytes)).toHaveLength(256);
    expect(tileHashes(bytes)[7]).toEqual(Buffer.alloc(32, 7));
    expect(tileHashes(bytes.subarray(0, 32))).toHaveLength(1);
    for (const wrong of [0, 31, 33, 257 * 32])
      expect(() => tileHashes(Buffer.alloc(wrong))).toThrow(RangeError);
  });
});

describe('entry bundles', () => {
  test('come back as they were written', () => {
    const entries = [Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(65_535, 1), Buffer.from('son')];
    const bytes = encodeBundle(entries);
    expect(bytes.subarray(0, 3).toString('hex')).toBe('000161');
    expect(decodeBundle(bytes)).toEqual(entries);
    const full = Array.from({ length: 256 }, (_, place) => Buffer.from(String(place)));
    expect(decodeBundle(encodeBundle(full))).toEqual(full);
  });

  test('refuse entries that are too long, too many or none', () => {
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
    expect(() => encodeBundle([])).toThrow(RangeError);
    expect(() => encodeBundle(Array.from({ length: 257 }, () => Buffer.alloc(1)))).toThrow(RangeError);
  });

  test('refuse bytes that are cut off, left over or too many', () => {
    const bytes = encodeBundle([Buffer.from('abc'), Buffer.from('d')]);
    expect(() => decodeBundle(Buffer.alloc(0))).toThrow(RangeError);
    expect(() => decodeBundle(bytes.subarray(0, -1))).toThrow(RangeError);
    expect(() => decodeBundle(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(RangeError);
    expect(() => decodeBundle(Buffer.alloc(257 * 2))).toThrow(RangeError);
  });
});
