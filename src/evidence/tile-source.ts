import { type HashSource } from '../audit/tree/hash-source.ts';
import { TILE_WIDTH, tileHashes, tilePath } from '../audit/tree/tile.ts';
import { EvidenceError } from './evidence-error.ts';
import { MAX_BYTES } from './evidence-paths.ts';

/** Gives the bytes of a file below the log's folder, undefined where there is none. */
export type ReadFile = (path: string, maxBytes: number) => Buffer | undefined;

/** Hashes of the tree of a published size, read from its tiles. Nothing is proven by reading: prove with them. */
export class TileSource implements HashSource {
  readonly #read: ReadFile;
  readonly #size: number;
  /** The tile read last on each level. */
  readonly #last = new Map<number, { readonly index: number; readonly hashes: readonly Buffer[] }>();

  constructor(read: ReadFile, size: number) {
    this.#read = read;
    this.#size = size;
  }

  leafHashes(from: number, count: number): readonly Buffer[] {
    const hashes: Buffer[] = [];
    for (let index = from; index < from + count; index += 1) {
      const hash = this.#hash(0, index);
      if (hash === undefined) break;
      hashes.push(hash);
    }
    return hashes;
  }

  subtree(level: number, index: number): Buffer | undefined {
    return this.#hash(level, index);
  }

  /** Hashes of the partial tile of each level; none where there is no such tile. @throws EvidenceError as `tile` */
  edge(): readonly (readonly Buffer[])[] {
    const levels: (readonly Buffer[])[] = [];
    for (let count = this.#size; count > 0; count = Math.floor(count / TILE_WIDTH)) {
      const index = Math.floor(count / TILE_WIDTH);
      levels.push(count % TILE_WIDTH === 0 ? [] : this.tile(levels.length, index));
    }
    return levels;
  }

  /** @throws EvidenceError EVIDENCE_FILE_MISSING, EVIDENCE_FILE_INVALID */
  tile(level: number, index: number): readonly Buffer[] {
    const known = this.#last.get(level);
    if (known?.index === index) return known.hashes;
    const width = Math.min(TILE_WIDTH, countAt(this.#size, level) - index * TILE_WIDTH);
    const path = tilePath(level, index, width);
    const bytes = this.#read(path, MAX_BYTES.tile);
    if (bytes === undefined) throw new EvidenceError('EVIDENCE_FILE_MISSING', { file: path });
    if (bytes.length !== width * 32) throw new EvidenceError('EVIDENCE_FILE_INVALID', { file: path });
    const hashes = tileHashes(bytes);
    this.#last.set(level, { index, hashes });
    return hashes;
  }

  #hash(level: number, index: number): Buffer | undefined {
    if (index >= countAt(this.#size, level)) return undefined;
    const tile = Math.floor(index / TILE_WIDTH);
    return this.tile(level, tile)[index - tile * TILE_WIDTH];
  }
}

/** Hashes on a level of a tree: its complete subtrees of 256^level leaves. */
export function countAt(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
