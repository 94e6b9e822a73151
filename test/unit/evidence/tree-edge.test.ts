import { describe, expect, test } from '@jest/globals';
import { partialTiles } from '../../../src/evidence/partial-tiles.ts';
import { TileSource } from '../../../src/evidence/tile-source.ts';
import { TreeEdge } from '../../../src/evidence/tree-edge.ts';
import { tilePath, tilesFor } from '../../../src/audit/tree/tile.ts';
import { rootAt } from '../../../src/audit/tree/hash-source.ts';
import { MemoryLog } from '../../support/memory-log.ts';

const SIZE = 66_100;
const log = new MemoryLog(SIZE);

/** All tiles of a size as files, from the log itself. */
function tilesOf(size: number): Map<string, Buffer> {
  const hashAt = (level: number, index: number): Buffer =>
    level === 0 ? log.hashAt(index) : (log.subtree(level, index) ?? Buffer.alloc(0));
  return new Map(
    [...tilesFor(size)].map(({ level, index, width }) => [
      tilePath(level, index, width),
      Buffer.concat(Array.from({ length: width }, (_, place) => hashAt(level, index * 256 + place))),
    ]),
  );
}

describe('the edge of a tree', () => {
  test('has the root of every size, and completes every full tile once', () => {
    const edge = new TreeEdge();
    const tiles: string[] = [];
    for (let index = 0; index < SIZE; index += 1) {
      edge.append(log.hashAt(index), (tile) => {
        expect(tile.hashes).toHaveLength(256);
        tiles.push(tilePath(tile.level, tile.index));
      });
      if (index % 97 === 0) expect(edge.root().equals(log.rootAt(index + 1))).toBe(true);
    }
    const full = [...tilesFor(SIZE)].filter(({ width }) => width === 256);
    expect(tiles.sort()).toEqual(full.map(({ level, index }) => tilePath(level, index)).sort());
  });

  test.each([0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000])(
    'is rebuilt from the tiles of size %d and goes on from there',
    (size) => {
      const files = tilesOf(size);
      const source = new TileSource((path) => files.get(path), size);
      const edge = new TreeEdge(size, source.edge());
      expect(edge.root().equals(log.rootAt(size))).toBe(true);
      expect(rootAt(source, size).equals(log.rootAt(size))).toBe(true);
      for (let index = size; index < size + 100; index += 1) edge.append(log.hashAt(index));
      expect(edge.root().equals(log.rootAt(size + 100))).toBe(true);
    },
  );

  test('is not rebuilt from tiles that are missing or too short', () => {
    const files = tilesOf(300);
    const without = new TileSource((path) => (path === 'tile/1/000.p/1' ? undefined : files.get(path)), 300);
    expect(() => without.edge()).toThrow(/tile\/1\/000\.p\/1 is missing/);
    const short = new TileSource((path) => files.get(path)?.subarray(32), 300);
    expect(() => short.edge()).toThrow(/tile\/0\/001\.p\/44 is damaged/);
  });
});

describe('partial tiles', () => {
  const paths = (from: number, size: number, given: readonly number[]): string[] =>
    [...partialTiles(from, size, [...given, size])].map(({ level, index, width }) =>
      tilePath(level, index, width),
    );

  test('are those of the sealed size alone where no checkpoint was given out', () => {
    expect(paths(0, 255, [])).toEqual(['tile/0/000.p/255']);
    expect(paths(0, 256, [])).toEqual(['tile/1/000.p/1']);
    expect(paths(0, 70_000, [])).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
  });

  test('are there for every given size until a full tile takes their place', () => {
    expect(paths(0, 300, [10, 256, 257, 299])).toEqual([
      'tile/0/001.p/1',
      'tile/0/001.p/43',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
    ]);
    expect(paths(0, 512, [10, 300])).toEqual(['tile/1/000.p/1', 'tile/1/000.p/2']);
  });

  test('are not written again where the day before had them', () => {
    expect(paths(257, 258, [])).toEqual(['tile/0/001.p/2']);
    expect(paths(255, 300, [256])).toEqual(['tile/0/001.p/44', 'tile/1/000.p/1']);
  });
});
