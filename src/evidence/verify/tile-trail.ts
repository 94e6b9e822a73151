import { appendToFrontier, rootOf } from '../../audit/merkle.ts';
import { bundlePath, TILE_WIDTH, tileHashes, tilePath } from '../../audit/tree/tile.ts';
import { type LeafStep, type LeafWatcher } from '../../audit/verify/walk-leaves.ts';
import { MAX_BYTES } from '../evidence-paths.ts';
import { type FolderLeaves } from './folder-leaves.ts';
import { type FolderReader, sizeOfName } from './folder-reader.ts';

const HASH_BYTES = 32;

/** A tile that grows beside the walk. */
interface GrowingTile {
  /** On its level, from the left. */
  index: number;
  hashes: Buffer[];
}

/** What tiles are read with, and what decides whether a tile or a bundle was changed. */
export interface TileParts {
  readonly reader: FolderReader;
  readonly leaves: FolderLeaves;
  /** Root that the log signed for a size; undefined where it signed none. */
  readonly signedRoot: (size: number) => Buffer | undefined;
}

/**
 * Compares every tile and every partial tile with the leaves. Where a tile of level 0 differs from its bundle, the hashes
 * above it decide which of them was changed; a bundle that was changed ends the leaves.
 */
export class TileTrail implements LeafWatcher {
  readonly #parts: TileParts;
  readonly #levels: GrowingTile[] = [];
  /** Frontier of the tree before the growing tile of level 0. */
  #before: readonly Buffer[] = [];
  #broken = false;

  constructor(parts: TileParts) {
    this.#parts = parts;
  }

  completed(level: number, _index: number, hash: Buffer): void {
    this.#add(level, hash);
  }

  passed({ index, hash, frontier }: LeafStep): void {
    this.#add(0, hash);
    if ((index + 1) % TILE_WIDTH !== 0) return;
    this.#completeAll();
    this.#before = [...frontier];
  }

  /** The tiles of the right edge; to be called where the walk reached every leaf. */
  ended(): void {
    if (this.#broken) return;
    for (const [level, tile] of this.#levels.entries())
      if (tile.hashes.length > 0) this.#compare(level, tile);
  }

  #add(level: number, hash: Buffer): void {
    this.#levels[level] ??= { index: 0, hashes: [] };
    this.#levels[level].hashes.push(hash);
  }

  #completeAll(): void {
    for (const [level, tile] of this.#levels.entries()) {
      if (this.#broken || tile.hashes.length < TILE_WIDTH) continue;
      this.#compare(level, tile);
      this.#levels[level] = { index: tile.index + 1, hashes: [] };
    }
  }

  #compare(level: number, { index, hashes }: GrowingTile): void {
    const { reader, leaves } = this.#parts;
    const path = tilePath(level, index, hashes.length);
    const expected = Buffer.concat(hashes);
    const found = reader.require(path, MAX_BYTES.tile);
    if (found?.equals(expected) === false) this.#differs(level, index, path, { found, expected });
    if (this.#broken) return;
    this.#comparePartials(tilePath(level, index), hashes.length, (width) =>
      expected.subarray(0, width * HASH_BYTES),
    );
    const { bundle } = leaves;
    if (level > 0 || bundle === undefined) return;
    this.#comparePartials(bundlePath(index), hashes.length, (width) => firstEntries(bundle.bytes, width));
  }

  #differs(level: number, index: number, file: string, { found, expected }: Compared): void {
    const place = Math.floor(firstDifference(found, expected) / HASH_BYTES);
    const span = TILE_WIDTH ** level;
    const first = (index * TILE_WIDTH + place) * span;
    const { findings } = this.#parts.reader;
    // A tile of another width than its name says is wrong, whatever it holds.
    if (level === 0 && found.length === expected.length && this.#isProven(index, found)) {
      this.#broken = true;
      this.#parts.leaves.stop();
      findings.add('bundle-differs', { file: this.#parts.leaves.bundle?.path, index: first });
    } else findings.add('file-differs', { file, index: first, until: first + span });
  }

  /** Whether a tile of level 0 is the one above which the tree was built and signed. */
  #isProven(index: number, tile: Buffer): boolean {
    const hashes = tileHashes(tile);
    const above = hashes.length === TILE_WIDTH ? this.#hashAbove(index) : undefined;
    if (above !== undefined) return above.equals(rootOf(grown([], 0, hashes)));
    const size = index * TILE_WIDTH + hashes.length;
    const signed = this.#parts.signedRoot(size);
    return signed?.equals(rootOf(grown(this.#before, index * TILE_WIDTH, hashes))) === true;
  }

  /** As the tile above says it, in whichever width it is there. */
  #hashAbove(index: number): Buffer | undefined {
    const parent = Math.floor(index / TILE_WIDTH);
    const place = (index % TILE_WIDTH) * HASH_BYTES;
    const { reader } = this.#parts;
    const widths = reader.list(`${tilePath(1, parent)}.p`).map(sizeOfName);
    const width = widths.find((one) => one !== undefined && one * HASH_BYTES > place);
    const bytes =
      reader.read(tilePath(1, parent), MAX_BYTES.tile) ??
      (width === undefined ? undefined : reader.read(tilePath(1, parent, width), MAX_BYTES.tile));
    const hash = bytes?.subarray(place, place + HASH_BYTES);
    return hash?.length === HASH_BYTES ? hash : undefined;
  }

  #comparePartials(full: string, most: number, expected: (width: number) => Buffer): void {
    const { reader } = this.#parts;
    for (const name of reader.list(`${full}.p`)) {
      const width = sizeOfName(name);
      // A wider one is of a tree that is not sealed yet, and the widest was compared.
      if (width === undefined || width < 1 || width >= most) continue;
      const file = `${full}.p/${name}`;
      const found = reader.read(file, MAX_BYTES.bundle);
      if (found?.equals(expected(width)) === false) reader.findings.add('file-differs', { file });
    }
  }
}

interface Compared {
  readonly found: Buffer;
  readonly expected: Buffer;
}

function grown(before: readonly Buffer[], size: number, hashes: readonly Buffer[]): Buffer[] {
  const frontier = [...before];
  for (const [place, hash] of hashes.entries()) appendToFrontier(frontier, size + place, hash);
  return frontier;
}

function firstDifference(found: Buffer, expected: Buffer): number {
  const end = Math.min(found.length, expected.length);
  for (let place = 0; place < end; place += 1) if (found[place] !== expected[place]) return place;
  return Math.max(0, end - 1);
}

/** The beginning of a bundle that holds so many entries. */
function firstEntries(bundle: Buffer, count: number): Buffer {
  let end = 0;
  for (let entry = 0; entry < count && end + 2 <= bundle.length; entry += 1)
    end += 2 + bundle.readUInt16BE(end);
  return bundle.subarray(0, end);
}
