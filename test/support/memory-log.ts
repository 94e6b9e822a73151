import { appendToFrontier, leafHash, rootOf } from '../../src/audit/merkle.ts';
import { type HashSource } from '../../src/audit/tree/hash-source.ts';

/** A log in memory: leaf hashes, complete subtrees as a real store keeps them, and the root of every size. */
export class MemoryLog implements HashSource {
  readonly leaves: Buffer[] = [];
  readonly #hashes: Buffer[] = [];
  readonly #frontier: Buffer[] = [];
  /** The frontier of every size. */
  readonly #frontiers: (readonly Buffer[])[] = [[]];
  readonly #subtrees = new Map<string, Buffer>();
  /** Hashes read since the last reset, by level. */
  readonly reads = new Map<number, number>();
  /** Whether a subtree is stored; all are unless a test says otherwise. */
  stored: (level: number, index: number) => boolean = () => true;

  constructor(size = 0, leafAt: (index: number) => Buffer = (index) => Buffer.from(`leaf ${String(index)}`)) {
    for (let index = 0; index < size; index += 1) this.append(leafAt(index));
  }

  get size(): number {
    return this.leaves.length;
  }

  append(leaf: Buffer): void {
    const hash = leafHash(leaf);
    appendToFrontier(this.#frontier, this.size, hash, (height, index, subtree) => {
      this.#subtrees.set(`${String(height / 8)}/${String(index)}`, subtree);
    });
    this.leaves.push(leaf);
    this.#hashes.push(hash);
    this.#frontiers.push([...this.#frontier]);
  }

  rootAt(size: number): Buffer {
    const frontier = this.#frontiers[size];
    if (frontier === undefined) throw new RangeError(`no size ${String(size)}`);
    return rootOf(frontier);
  }

  hashAt(index: number): Buffer {
    const hash = this.#hashes[index];
    if (hash === undefined) throw new RangeError(`no leaf ${String(index)}`);
    return hash;
  }

  leafHashes(from: number, count: number): readonly Buffer[] {
    if (count > 256) throw new RangeError('at most 256 hashes in one call');
    this.#count(0, count);
    return this.#hashes.slice(from, from + count);
  }

  subtree(level: number, index: number): Buffer | undefined {
    this.#count(level, 1);
    return this.stored(level, index) ? this.#subtrees.get(`${String(level)}/${String(index)}`) : undefined;
  }

  /** Replaces a stored leaf hash, as somebody with the database could. */
  forgeHash(index: number, hash: Buffer): void {
    this.#hashes[index] = hash;
  }

  #count(level: number, hashes: number): void {
    this.reads.set(level, (this.reads.get(level) ?? 0) + hashes);
  }
}

/** A copy with one bit turned; `bit` counts from the first byte and wraps round. */
export function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const place = Math.floor(bit / 8) % bytes.length;
  flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << (bit % 8)), place);
  return flipped;
}
