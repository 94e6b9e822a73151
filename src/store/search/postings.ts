import { type Descending } from './descending.ts';

const FIRST_READ = 8;
const MOST_READ = 1024;

/** Reads at most `count` indexes at or below `at`, highest first. */
export type ReadPostings = (at: number, count: number) => readonly number[];

/** A stored list of indexes, read in pieces that grow while it is read on, so that a page costs little and many pages cost one read. */
export class Postings implements Descending {
  readonly #read: ReadPostings;
  #piece: readonly number[] = [];
  #place = 0;
  #count = FIRST_READ;
  /** No more indexes stand behind the piece. */
  #whole = false;
  #bound: number;
  #exact = false;

  /** @param bound no index is above it */
  constructor(bound: number, read: ReadPostings) {
    this.#bound = bound;
    this.#read = read;
  }

  get bound(): number {
    return this.#bound;
  }

  get exact(): boolean {
    return this.#exact;
  }

  seek(at: number): void {
    if (this.#exact && this.#bound <= at) return;
    const last = this.#piece.at(-1) ?? Infinity;
    if (last > at && !this.#whole) this.#fetch(Math.min(at, this.#bound));
    else this.#skip(at);
    this.#bound = this.#piece[this.#place] ?? -1;
    this.#exact = true;
  }

  #fetch(at: number): void {
    this.#piece = this.#read(at, this.#count);
    this.#place = 0;
    this.#whole = this.#piece.length < this.#count;
    this.#count = Math.min(this.#count * 2, MOST_READ);
  }

  /** The place of the highest index at or below `at` within the piece. */
  #skip(at: number): void {
    let [low, high] = [this.#place, this.#piece.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#piece[middle] ?? -1) > at) low = middle + 1;
      else high = middle;
    }
    this.#place = low;
  }
}
