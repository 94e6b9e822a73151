/** Changes bytes at places that look random and are the same in every run. */
export class Damage {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A copy with up to four bytes changed. */
  of(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (let flips = 1 + this.#next(4); flips > 0; flips--) copy[this.#next(copy.length)] = this.#next(256);
    return copy;
  }

  #next(below: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#seed % below;
  }
}
