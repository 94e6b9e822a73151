/** How often values fell between fixed bounds. */
export interface HistogramFigures {
  /** Ascending; a value belongs to the first bound that it does not exceed. */
  readonly bounds: readonly number[];
  /** One more than there are bounds: the last counts what exceeds them all. */
  readonly counts: Iterable<number>;
  /** Of all values. */
  readonly sum: number;
}

/** Counters in plain memory, cheap enough for every request. */
export class Histogram implements HistogramFigures {
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  get sum(): number {
    return this.#sum;
  }

  note(value: number): void {
    const { bounds, counts } = this;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? Infinity)) place += 1;
    counts[place] = (counts[place] ?? 0) + 1;
    this.#sum += value;
  }
}

/** Bounds of what a caller waits for, in seconds. */
export const WAITING_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;
