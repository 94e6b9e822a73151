import { type Descending } from './descending.ts';

const MOST_READ = 64;

/** A row of a list: what one block has of it. */
export interface StoredBlock {
  /** Index to which the offsets of the block are added. */
  readonly first: number;
  readonly bytes: Buffer;
}

/** Where a list is stored, and how it is read. */
export interface ListReader {
  /** At most `count` blocks whose first index is at or below `at`, highest first. */
  readonly blocks: (at: number, count: number) => readonly StoredBlock[];
  /** Offsets of a block that belong to the list, ascending. */
  readonly offsets: (block: StoredBlock) => readonly number[];
}

/** A stored list of indexes. Blocks are read in pieces that grow while the list is read on, so that its first page costs little. */
export class BlockList implements Descending {
  readonly #reader: ListReader;
  #piece: readonly StoredBlock[] = [];
  #place = 0;
  #count = 1;
  #first = Infinity;
  #offsets: readonly number[] = [];
  #bound: number;
  #exact = false;

  /** @param bound no index is above it */
  constructor(bound: number, reader: ListReader) {
    this.#bound = bound;
    this.#reader = reader;
  }

  get bound(): number {
    return this.#bound;
  }

  get exact(): boolean {
    return this.#exact;
  }

  seek(at: number): void {
    if (this.#exact && this.#bound <= at) return;
    this.#exact = true;
    let below = Math.min(at, this.#bound);
    while (below >= 0 && this.#enter(below)) {
      const offset = highest(this.#offsets, below - this.#first);
      if (offset !== undefined) {
        this.#bound = this.#first + offset;
        return;
      }
      below = this.#first - 1;
    }
    this.#bound = -1;
  }

  /** Makes the highest block that begins at or below an index the current one; false where there is none. */
  #enter(at: number): boolean {
    if (this.#first <= at) return true;
    while (this.#place < this.#piece.length && firstAt(this.#piece, this.#place) > at) this.#place += 1;
    if (this.#place === this.#piece.length) {
      this.#piece = this.#reader.blocks(at, this.#count);
      this.#place = 0;
      this.#count = Math.min(2 * this.#count, MOST_READ);
    }
    const block = this.#piece[this.#place];
    if (block === undefined) return false;
    this.#first = block.first;
    this.#offsets = this.#reader.offsets(block);
    return true;
  }
}

function firstAt(blocks: readonly StoredBlock[], place: number): number {
  return blocks[place]?.first ?? -1;
}

/** The highest number of an ascending list that is not above `most`. */
function highest(ascending: readonly number[], most: number): number | undefined {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1];
}
