import { type Clock } from './clock.ts';

/** How far wall clock and monotonic clock may part between two looks, in milliseconds. */
const TOLERANCE_MILLISECONDS = 5_000;

/**
 * A wall clock that does not follow jumps. Small corrections are taken over; after a jump the time goes on from before it,
 * by the monotonic clock, so that no record is stamped with a time that may be wrong, and `reliable` is false until the
 * wall clock comes back or the process is started anew.
 */
export class SteadyClock implements Clock {
  readonly #wall: Clock;
  readonly #monotonic: () => number;
  #wallAt: number;
  #monotonicAt: number;
  #reliable = true;

  /** @param monotonic milliseconds that never jump */
  constructor(wall: Clock, monotonic: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#wallAt = wall.now();
    this.#monotonicAt = monotonic();
  }

  now(): number {
    const wall = this.#wall.now();
    const monotonic = this.#monotonic();
    const expected = this.#wallAt + monotonic - this.#monotonicAt;
    this.#reliable = Math.abs(wall - expected) <= TOLERANCE_MILLISECONDS;
    if (!this.#reliable) return Math.round(expected);
    this.#wallAt = wall;
    this.#monotonicAt = monotonic;
    return wall;
  }

  reliable(): boolean {
    this.now();
    return this.#reliable;
  }
}
