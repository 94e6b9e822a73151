import { appendToFrontier, rootOf } from '../audit/merkle.ts';

/** A tile that the tree has just completed. */
export interface CompleteTile {
  readonly level: number;
  readonly index: number;
  /** 256 hashes. */
  readonly hashes: readonly Buffer[];
  /** Hash of the subtree that the tile is. */
  readonly subtree: Buffer;
}

/** The right edge of a growing tree: on each level the hashes of the tile that is not full yet, and the frontier. */
export class TreeEdge {
  #size: number;
  readonly #levels: Buffer[][];
  readonly #frontier: Buffer[];

  /** @param levels by level, the hashes of the partial tile of a tree of this size; none where there is no such tile */
  constructor(size = 0, levels: readonly (readonly Buffer[])[] = []) {
    this.#size = size;
    this.#levels = levels.map((hashes) => [...hashes]);
    this.#frontier = frontierOf(levels);
  }

  get size(): number {
    return this.#size;
  }

  root(): Buffer {
    return rootOf(this.#frontier);
  }

  frontier(): readonly Buffer[] {
    return this.#frontier;
  }

  /** Hashes of the partial tiles, by level. */
  levels(): readonly (readonly Buffer[])[] {
    return this.#levels;
  }

  copy(): TreeEdge {
    return new TreeEdge(this.#size, this.#levels);
  }

  append(hashOfLeaf: Buffer, completed?: (tile: CompleteTile) => void): void {
    this.#level(0).push(hashOfLeaf);
    appendToFrontier(this.#frontier, this.#size, hashOfLeaf, (height, index, subtree) => {
      const level = height / 8 - 1;
      completed?.({ level, index, hashes: this.#level(level), subtree });
      this.#levels[level] = [];
      this.#level(level + 1).push(subtree);
    });
    this.#size += 1;
  }

  #level(level: number): Buffer[] {
    return (this.#levels[level] ??= []);
  }
}

/** A tile of k hashes is itself a tree of k; the frontier of the whole is those of its tiles, the highest first. */
function frontierOf(levels: readonly (readonly Buffer[])[]): Buffer[] {
  return levels.toReversed().flatMap((hashes) => {
    const frontier: Buffer[] = [];
    hashes.forEach((hash, place) => {
      appendToFrontier(frontier, place, hash);
    });
    return frontier;
  });
}
