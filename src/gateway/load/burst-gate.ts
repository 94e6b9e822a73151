import { type BurstLimiter } from '../steps/limit-burst.ts';

interface Bucket {
  level: number;
  at: number;
}

const MAX_BUCKETS = 10_000;

/** Token buckets in memory, one a certificate: `size` requests at once, `perSecond` for long. */
export class BurstGate implements BurstLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #size: number;
  readonly #perSecond: number;

  constructor(size: number, perSecond: number) {
    this.#size = size;
    this.#perSecond = perSecond;
  }

  take(key: string, now: number): number {
    const bucket = this.#bucket(key, now);
    const elapsed = Math.max(0, now - bucket.at);
    bucket.level = Math.min(this.#size, bucket.level + (elapsed * this.#perSecond) / 1000);
    bucket.at = now;
    if (bucket.level < 1) return Math.max(1, Math.ceil((1 - bucket.level) / this.#perSecond));
    bucket.level -= 1;
    return 0;
  }

  #bucket(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    // Keys are registered certificates, so the bound is reached only by an odd register; starting anew is harmless.
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
    const fresh = { level: this.#size, at: now };
    this.#buckets.set(key, fresh);
    return fresh;
  }
}
