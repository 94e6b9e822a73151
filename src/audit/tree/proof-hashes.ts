import { ProofError } from './proof-error.ts';

/** Bytes of every hash of the tree. */
export const HASH_BYTES = 32;

/** Hashes of a proof in a tree of less than 2^63 leaves. */
const MAX_PROOF = 63;

/** A proof as it may come from outside: absent where a document says `null`. */
export type ProofHashes = readonly Buffer[] | null | undefined;

/**
 * A proof that is a list of hashes; says nothing about whether it holds.
 * @throws ProofError PROOF_NOT_HASHES
 */
export function requireHashes(proof: ProofHashes): readonly Buffer[] {
  if (!Array.isArray(proof) || proof.length > MAX_PROOF || !proof.every(isHash)) {
    throw new ProofError('PROOF_NOT_HASHES');
  }
  return proof;
}

/** Whether a value is a hash of the tree. */
export function isHash(value: unknown): value is Buffer {
  return Buffer.isBuffer(value) && value.length === HASH_BYTES;
}

/** Whether a number counts leaves: 0 to 2^53-1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * The place of a node on the way to the root, and of the last node of its level (`fn` and `sn` of RFC 9162 §2.1.3.2).
 * Halves by division: bit operations end at 2^31.
 */
export class Ascent {
  #node: number;
  #last: number;

  constructor(node: number, last: number) {
    this.#node = node;
    this.#last = last;
  }

  get atRoot(): boolean {
    return this.#last === 0;
  }

  /** Whether the sibling stands to the left; also for the last node of a level, which rises until it has one. */
  get siblingIsLeft(): boolean {
    return this.#node % 2 === 1 || this.#node === this.#last;
  }

  /** After a left sibling: past the levels at which the node has no sibling at all. */
  skipLone(): void {
    while (this.#node % 2 === 0 && this.#node !== 0) this.rise();
  }

  /** Before a consistency proof: up to the largest complete subtree that ends with the old tree. */
  skipRight(): void {
    while (this.#node % 2 === 1) this.rise();
  }

  rise(): void {
    this.#node = Math.floor(this.#node / 2);
    this.#last = Math.floor(this.#last / 2);
  }
}
