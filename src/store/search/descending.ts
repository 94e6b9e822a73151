/** Indexes in descending order, of which some can be passed over. */
export interface Descending {
  /** The highest index that is left may be this one, and none is above it; -1 at the end. */
  readonly bound: number;
  /** Whether `bound` is itself an index. */
  readonly exact: boolean;
  /** Goes to the highest index at or below `at`, and makes `bound` exact. */
  seek(at: number): void;
}

/** Every index of any of the parts, each one once. A part is read only when its bound says that it may be next. */
export class Union implements Descending {
  /** A binary heap by bound, highest first. */
  readonly #heap: Descending[];

  constructor(parts: readonly Descending[]) {
    // A list in descending order is a heap.
    this.#heap = parts.filter(({ bound }) => bound >= 0).sort((left, right) => right.bound - left.bound);
  }

  get bound(): number {
    return this.#heap[0]?.bound ?? -1;
  }

  get exact(): boolean {
    return this.#heap[0]?.exact ?? true;
  }

  seek(at: number): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.exact && top.bound <= at) return;
      top.seek(at);
      if (top.bound < 0) this.#dropTop();
      else this.#sink(top);
    }
  }

  #dropTop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  /** Puts a part whose bound has fallen in its place, from the top on. */
  #sink(part: Descending): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child + 1 < heap.length && boundAt(heap, child + 1) > boundAt(heap, child)) child += 1;
      const below = heap[child];
      if (below === undefined || below.bound <= part.bound) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = part;
  }
}

/** The indexes that are in every part; each part is sought only where all others may have one. */
export class Intersection implements Descending {
  readonly #parts: readonly Descending[];
  #found = false;

  /** @param parts at least one */
  constructor(parts: readonly Descending[]) {
    this.#parts = parts;
  }

  get bound(): number {
    return Math.min(...this.#parts.map(({ bound }) => bound));
  }

  get exact(): boolean {
    return this.#found;
  }

  seek(at: number): void {
    let target = Math.min(at, this.bound);
    this.#found = true;
    while (target >= 0) {
      for (const part of this.#parts) part.seek(target);
      const lowest = this.bound;
      if (this.#parts.every(({ bound }) => bound === lowest)) return;
      target = lowest;
    }
  }
}

/** All indexes of a part at or above `from`, highest first. */
export function* fromTop(part: Descending, from: number): Iterable<number> {
  for (let at = part.bound; at >= from; at = part.bound - 1) {
    part.seek(at);
    if (part.bound < from) return;
    yield part.bound;
  }
}

function boundAt(heap: readonly Descending[], place: number): number {
  return heap[place]?.bound ?? -1;
}
