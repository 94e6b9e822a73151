import { rootOf } from '../merkle.ts';
import { type VerifiedSignature } from '../note/signed-note.ts';
import { type CheckpointSummary, type WitnessedCheckpoint } from './report.ts';
import { type Place } from './finding.ts';
import { type Findings } from './findings.ts';
import { type LogIdentity, readLogNote, type ReadNote } from './log-identity.ts';
import { Agreed } from './root-claims.ts';
import { type NewestStamp, type StampBook } from './stamp-book.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';
import { type WitnessCheck } from './witness-check.ts';

/** A witness's line as it is kept. */
export interface KeptCosignature {
  /** Under which it is kept; null where the line says itself. */
  readonly name: string | null;
  readonly line: string;
  readonly place: Place;
}

/** A checkpoint as it is kept, with what others put under it. */
export interface KeptCheckpoint {
  /** As row or file name it. */
  readonly size: number;
  /** As the row names it; null where only the note does. */
  readonly root: Buffer | null;
  readonly note: string | Buffer;
  /** Besides those that stand in the note. */
  readonly cosignatures: readonly KeptCosignature[];
  readonly stamp: { readonly response: Buffer; readonly place: Place } | undefined;
  readonly place: Place;
}

/** What checkpoints are held to. */
export interface CheckpointParts {
  readonly log: LogIdentity;
  readonly witnesses: WitnessCheck;
  readonly stamps: StampBook;
  readonly findings: Findings;
}

/** Checkpoints with cosignatures that a report lists, the newest ones. */
const MOST_LISTED = 100;

/**
 * Proves every kept checkpoint: it is of this log, bears its signature, and the leaves had its root at its size, which makes
 * all of them consistent pairwise; with every cosignature and time stamp under it.
 */
export class CheckpointTrail implements LeafWatcher {
  readonly #kept: Iterator<KeptCheckpoint>;
  readonly #parts: CheckpointParts;
  readonly #agreed = new Agreed();
  #next: KeptCheckpoint | undefined;
  #count = 0;
  #newest = 0;
  #quorums = 0;
  #newestQuorum = 0;
  #stamps = 0;
  #newestStamp: NewestStamp | null = null;
  readonly #witnessed: WitnessedCheckpoint[] = [];

  /** @param kept by size, ascending */
  constructor(kept: Iterable<KeptCheckpoint>, parts: CheckpointParts) {
    this.#kept = kept[Symbol.iterator]();
    this.#parts = parts;
    this.#advance();
  }

  passed({ size, frontier }: LeafStep): void {
    while (this.#next !== undefined && this.#next.size <= size) {
      const reached = this.#next.size === size;
      if (reached) this.#prove(this.#next, rootOf(frontier));
      else this.#parts.findings.add('checkpoint-differs', this.#next.place);
      this.#advance();
    }
  }

  /** @param size leaves that the log has, also where the walk ended before them */
  ended(size: number): void {
    while (this.#next !== undefined) {
      const { size: signed, place } = this.#next;
      this.#prove(this.#next, null);
      if (!(signed <= size))
        this.#parts.findings.add('checkpoint-beyond', { ...place, index: size, until: signed });
      this.#advance();
    }
  }

  close(): void {
    this.#kept.return?.();
  }

  summary(): CheckpointSummary {
    return {
      count: this.#count,
      newest: this.#newest,
      witnessed: this.#witnessed,
      quorums: this.#quorums,
      newestQuorum: this.#newestQuorum,
      stamps: this.#stamps,
      newestStamp: this.#newestStamp,
    };
  }

  /** @param root of the leaves at that size; null where they were not reached */
  #prove(kept: KeptCheckpoint, root: Buffer | null): void {
    const { log, findings } = this.#parts;
    this.#count += 1;
    const note = readLogNote(kept.note, log);
    if (!note.ok) {
      findings.add(note.code, kept.place, note.cause);
      return;
    }
    const { tree } = note;
    if (tree.size !== kept.size || kept.root?.equals(tree.root) === false) {
      findings.add('checkpoint-differs', kept.place);
      return;
    }
    if (root?.equals(tree.root) === false)
      findings.add('checkpoint-contradicts', { ...kept.place, index: this.#agreed.size, until: tree.size });
    else if (root !== null) this.#agreed.reached(tree.size);
    this.#newest = tree.size;
    this.#witnesses(kept, note);
    this.#stamp(kept, note);
  }

  #witnesses(kept: KeptCheckpoint, note: ReadNote): void {
    const { witnesses } = this.#parts;
    const inNote = note.others.map(({ line }) => ({ name: null, line, place: kept.place }));
    const verified = [...inNote, ...kept.cosignatures].flatMap((one) => this.#cosignature(note, one));
    if (verified.length === 0) return;
    const quorum = witnesses.isQuorum(verified);
    const { size } = note.tree;
    if (quorum) {
      this.#quorums += 1;
      this.#newestQuorum = size;
    }
    this.#witnessed.push({ size, witnesses: [...new Set(verified.map(({ key }) => key.name))], quorum });
    if (this.#witnessed.length > MOST_LISTED) this.#witnessed.shift();
  }

  #cosignature({ text }: ReadNote, { line, name, place }: KeptCosignature): VerifiedSignature[] {
    const found = this.#parts.witnesses.check(text, line, name);
    if (typeof found !== 'string') return [found];
    // Said once: without a policy it holds for all of them.
    if (found !== 'policy-missing' || !this.#parts.findings.has(found))
      this.#parts.findings.add(found, place);
    return [];
  }

  #stamp({ stamp }: KeptCheckpoint, { tree, signed }: ReadNote): void {
    if (stamp === undefined) return;
    const { stamps, findings } = this.#parts;
    const held = stamps.check({ tree, note: signed, ...stamp }, findings);
    if (held === undefined) return;
    this.#stamps += 1;
    this.#newestStamp = held;
  }

  #advance(): void {
    const { done, value } = this.#kept.next() as IteratorResult<KeptCheckpoint, undefined>;
    this.#next = done === true ? undefined : value;
  }
}
