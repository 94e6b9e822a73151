/** Upper bounds in seconds, as monitoring systems commonly have them. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** How long calls took. */
export interface LatencyFigures {
  /** Calls that took at most so many seconds; each bucket holds those of the one before. */
  readonly buckets: readonly { readonly seconds: number; readonly calls: number }[];
  readonly calls: number;
  readonly sumSeconds: number;
}

/** Counts durations in buckets. */
export class LatencyHistogram {
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0);
  #sum = 0;

  add(seconds: number): void {
    const place = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = place === -1 ? BOUNDS.length : place;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  figures(): LatencyFigures {
    let calls = 0;
    const buckets = BOUNDS.map((seconds, place) => {
      calls += this.#counts[place] ?? 0;
      return { seconds, calls };
    });
    return { buckets, calls: calls + (this.#counts[BOUNDS.length] ?? 0), sumSeconds: this.#sum };
  }
}
