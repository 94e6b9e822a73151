import {
  type EvidenceReader,
  type LogHead,
  type StoredCheckpoint,
  type StoredLeaf,
} from '../audit/audit-log.ts';
import { readLeaf } from '../audit/read-leaf.ts';
import { type ZonedDay } from '../shared/zoned-day.ts';
import { leavesBetween } from './leaves-between.ts';
import { locateMismatch, sealMismatch } from './seal-mismatch.ts';
import { type LogIdentity, readSignedTree } from './signed-tree.ts';
import { type TreeEdge } from './tree-edge.ts';

/** A day whose leaves are whole and give the roots that were stored and signed. Nothing is written yet. */
export interface ProvenDay {
  readonly day: string;
  readonly from: number;
  readonly size: number;
  readonly root: Buffer;
  readonly types: Readonly<Record<string, number>>;
  /** Hashes of the tiles of level 0 that the day completes, in order: what is written later must give them again. */
  readonly tiles: readonly Buffer[];
  /** Sizes of the checkpoints that were given out, after the end of the day before and up to this one's, ascending. */
  readonly givenOut: readonly number[];
}

/** What a day is proven against. */
export interface ProofParts {
  readonly reader: EvidenceReader;
  readonly log: LogIdentity;
  readonly head: LogHead;
  /** The tree at the end of the day before. */
  readonly edge: TreeEdge;
  readonly day: ZonedDay;
  readonly onLeaf: (proven: number) => void;
}

/**
 * Reads every leaf of a day again: its bytes against its hash, its content against its row, its place; the root at every
 * checkpoint that was given out, and at the end of the day, where a commit must have ended.
 * @throws EvidenceError SEAL_MISMATCH with the first index from which the log is not what was signed
 */
export function proveDay(parts: ProofParts): ProvenDay {
  return new DayProof(parts).run();
}

class DayProof {
  readonly #parts: ProofParts;
  readonly #tree: TreeEdge;
  readonly #types = new Map<string, number>();
  readonly #tiles: Buffer[] = [];
  readonly #givenOut: number[] = [];
  #next: StoredCheckpoint | undefined;

  constructor(parts: ProofParts) {
    this.#parts = parts;
    this.#tree = parts.edge.copy();
    this.#next = parts.reader.checkpointFrom(parts.edge.size + 1);
  }

  run(): ProvenDay {
    const { reader, head, day, onLeaf } = this.#parts;
    for (const leaf of leavesBetween(reader, this.#tree.size, head.size)) {
      if (!this.#take(leaf)) return this.#end();
      onLeaf(this.#tree.size - this.#parts.edge.size);
    }
    if (this.#tree.size < head.size) throw sealMismatch(this.#place(day), this.#tree.size, 'tail-missing');
    return this.#end();
  }

  /** @returns false for the first leaf after the day */
  #take(leaf: StoredLeaf): boolean {
    const { day } = this.#parts;
    const index = this.#tree.size;
    if (leaf.index !== index) throw sealMismatch(this.#place(day), index, 'leaf-missing');
    const read = readLeaf(leaf);
    if (typeof read === 'string') throw sealMismatch(this.#place(day), index, read);
    const time = Date.parse(read.time);
    if (Number.isNaN(time)) throw sealMismatch(this.#place(day), index, 'not-a-leaf');
    if (time >= day.end) return false;
    this.#types.set(read.type, (this.#types.get(read.type) ?? 0) + 1);
    this.#tree.append(leaf.hash, ({ level, subtree }) => {
      if (level === 0) this.#tiles.push(subtree);
    });
    this.#compareGivenOut();
    return true;
  }

  #compareGivenOut(): void {
    const given = this.#next;
    if (given?.size !== this.#tree.size) return;
    const root = this.#tree.root();
    const signed = readSignedTree(given.note, this.#parts.log);
    if (!given.root.equals(root) || signed?.size !== given.size || !signed.root.equals(root))
      throw this.#mismatch('checkpoint-differs');
    this.#givenOut.push(given.size);
    this.#next = this.#parts.reader.checkpointFrom(given.size + 1);
  }

  #end(): ProvenDay {
    const { reader, edge, day } = this.#parts;
    const { size } = this.#tree;
    const root = this.#tree.root();
    const stored = reader.rootOfCommit(size);
    // All leaves of a commit bear one time, so that a day ends where a commit does.
    if (stored === undefined) throw this.#mismatch('root-missing');
    if (!stored.equals(root)) throw this.#mismatch('commit-changed');
    return {
      day: day.date,
      from: edge.size,
      size,
      root,
      types: Object.fromEntries(this.#types),
      tiles: this.#tiles,
      givenOut: this.#givenOut,
    };
  }

  #mismatch(fault: 'checkpoint-differs' | 'root-missing' | 'commit-changed'): Error {
    const { reader, edge, day } = this.#parts;
    return locateMismatch(reader, this.#place(day), { edge, size: this.#tree.size, fault });
  }

  #place(day: ZonedDay): { readonly origin: string; readonly day: string } {
    return { origin: this.#parts.log.origin, day: day.date };
  }
}
