import { type StoredRoot } from './audit-log.ts';
import { rootOf } from './merkle.ts';

/** Follows the roots stored after each commit beside a tree that grows leaf by leaf. */
export class RootTrail {
  readonly #roots: Iterator<StoredRoot>;
  /** The first stored root that the tree did not have; `after` is the size of the commit before it. */
  broken: { readonly after: number } | null = null;
  /** A root stored after the broken one holds: the leaves before it are those that were committed. */
  mended = false;
  /** Size of the last stored root that was reached; 0 before the first. */
  last = 0;
  /** The stored root not reached yet. */
  next: StoredRoot | undefined;

  constructor(roots: Iterable<StoredRoot>) {
    this.#roots = roots[Symbol.iterator]();
    this.#advance();
  }

  /** Compares the tree of this size with every root stored for it, and those that should have come before. */
  grown(size: number, frontier: readonly Buffer[]): void {
    while (this.next !== undefined && this.next.size <= size) {
      const holds = this.next.size === size && this.next.root.equals(rootOf(frontier));
      if (!holds) this.broken ??= { after: this.last };
      else if (this.broken !== null) this.mended = true;
      this.last = this.next.size;
      this.#advance();
    }
  }

  /** Lets go of the roots that were not read; the reader's connection is busy until then. */
  close(): void {
    this.#roots.return?.();
  }

  #advance(): void {
    const { done, value } = this.#roots.next() as IteratorResult<StoredRoot, undefined>;
    this.next = done === true ? undefined : value;
  }
}
