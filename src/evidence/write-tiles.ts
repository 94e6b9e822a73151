import { type EvidenceReader } from '../audit/audit-log.ts';
import { leafHash } from '../audit/merkle.ts';
import { bundlePath, encodeBundle, TILE_WIDTH, tilePath } from '../audit/tree/tile.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { leavesBetween } from './leaves-between.ts';
import { partialTiles } from './partial-tiles.ts';
import { type ProvenDay } from './prove-day.ts';
import { sealMismatch } from './seal-mismatch.ts';
import { type SealedState } from './sealed-state.ts';
import { type CompleteTile } from './tree-edge.ts';

/** What the tiles of a day are written from. */
export interface TileParts {
  readonly reader: EvidenceReader;
  readonly files: EvidenceFiles;
  readonly origin: string;
  /** The end of the day before. */
  readonly before: SealedState;
  readonly proven: ProvenDay;
  readonly onLeaf: (written: number) => void;
}

/** The tree and the last bundle after the day, and the paths of all tiles and bundles that it added. */
export interface WrittenTiles extends Omit<SealedState, 'manifest'> {
  readonly paths: readonly string[];
}

/**
 * Writes the bundles and tiles of a proven day: full ones as they are completed, then the partial ones. Each leaf is read
 * and hashed again, and nothing is written that does not give the proven hashes.
 * If the process dies in here, there are files of a tree that nobody has been told of; the next run finds them and goes on.
 * @throws EvidenceError SEAL_MISMATCH when the database changed since the day was proven; as `EvidenceFiles.create`
 */
export function writeTiles(parts: TileParts): WrittenTiles {
  return new TileWriter(parts).run();
}

class TileWriter {
  readonly #parts: TileParts;
  readonly #paths: string[] = [];
  readonly #firstTile: number;
  #entries: Buffer[];

  constructor(parts: TileParts) {
    this.#parts = parts;
    this.#entries = [...parts.before.entries];
    this.#firstTile = Math.floor(parts.proven.from / TILE_WIDTH);
  }

  run(): WrittenTiles {
    const { reader, before, proven, onLeaf } = this.#parts;
    const tree = before.edge.copy();
    for (const leaf of leavesBetween(reader, proven.from, proven.size)) {
      this.#entries.push(leaf.bytes);
      tree.append(leafHash(leaf.bytes), (tile) => {
        this.#writeFull(tile);
      });
      onLeaf(tree.size - proven.from);
    }
    if (tree.size !== proven.size || !tree.root().equals(proven.root)) throw this.#changed(tree.size);
    this.#writePartial(tree.levels());
    return { edge: tree, entries: this.#entries, paths: this.#paths };
  }

  #writeFull({ level, index, hashes, subtree }: CompleteTile): void {
    if (level === 0) {
      const proven = this.#parts.proven.tiles[index - this.#firstTile];
      if (proven?.equals(subtree) !== true) throw this.#changed(index * TILE_WIDTH);
      this.#write(bundlePath(index), encodeBundle(this.#entries));
      this.#entries = [];
    }
    this.#write(tilePath(level, index), Buffer.concat(hashes));
  }

  /** A narrower tile is the beginning of a wider one: all are cut from the right edge. */
  #writePartial(levels: readonly (readonly Buffer[])[]): void {
    const { from, size, givenOut } = this.#parts.proven;
    for (const { level, index, width } of partialTiles(from, size, [...givenOut, size])) {
      if (level === 0) this.#write(bundlePath(index, width), encodeBundle(this.#entries.slice(0, width)));
      this.#write(tilePath(level, index, width), Buffer.concat((levels[level] ?? []).slice(0, width)));
    }
  }

  #write(path: string, bytes: Buffer): void {
    this.#parts.files.create(path, bytes);
    this.#paths.push(path);
  }

  #changed(index: number): Error {
    const { origin, proven } = this.#parts;
    return sealMismatch({ origin, day: proven.day }, Math.max(index, proven.from), 'commit-changed');
  }
}
