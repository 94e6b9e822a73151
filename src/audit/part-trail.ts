import { type LeafStep } from './verify/walk-leaves.ts';
import { mayBeDestroyed } from './retention.ts';

/** Looks, beside a walk over the leaves, for personal parts that should still be there. Keeps nothing but a count. */
export class PartTrail {
  readonly #indexes: Iterator<number>;
  readonly #now: number;
  /** Leaves that commit to a personal part which is gone although it is still to be kept. */
  missing = 0;
  /** Index of the first of them. */
  firstMissing: number | null = null;
  #next: number | undefined;

  /**
   * @param indexes of the leaves that have a part, ascending
   * @param now epoch milliseconds
   */
  constructor(indexes: Iterable<number>, now: number) {
    this.#indexes = indexes[Symbol.iterator]();
    this.#now = now;
    this.#advance();
  }

  /** MUST be called for every leaf, in order. */
  passed({ index, leaf }: Pick<LeafStep, 'index' | 'leaf'>): void {
    while (this.#next !== undefined && this.#next < index) this.#advance();
    if (this.#next === index || typeof leaf.personal !== 'string' || mayBeDestroyed(leaf, this.#now)) return;
    this.missing += 1;
    this.firstMissing ??= index;
  }

  /** Lets go of the indexes that were not read; the reader's connection is busy until then. */
  close(): void {
    this.#indexes.return?.();
  }

  #advance(): void {
    const { done, value } = this.#indexes.next() as IteratorResult<number, undefined>;
    this.#next = done === true ? undefined : value;
  }
}
