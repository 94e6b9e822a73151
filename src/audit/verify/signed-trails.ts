import { type KeptCheckpoint, CheckpointTrail } from './checkpoint-trail.ts';
import { type Cut } from './cut.ts';
import { type NodeBooks } from './examined-log.ts';
import { type Findings } from './findings.ts';
import { givenClaims } from './given-claims.ts';
import { LifeTrail } from './life-trail.ts';
import { type LogIdentity } from './log-identity.ts';
import { type CheckpointSummary } from './report.ts';
import { ClaimTrail, type RootClaim } from './root-claims.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';

/** What is followed in every log, wherever it is kept. */
export interface SignedParts {
  readonly log: LogIdentity;
  /** By size, ascending. */
  readonly kept: Iterable<KeptCheckpoint>;
  /** Besides those that were given from elsewhere. */
  readonly claims: readonly RootClaim[];
  readonly cut?: Cut | undefined;
  readonly books: NodeBooks;
  readonly findings: Findings;
}

/** Follows what signatures say about a log: its checkpoints, what was kept elsewhere, its own life with its time stamps. */
export class SignedTrails implements LeafWatcher {
  readonly life: LifeTrail;
  /** Time of the first leaf; empty before it. */
  firstTime = '';
  readonly #claims: ClaimTrail;
  readonly #checkpoints: CheckpointTrail;
  readonly #parts: SignedParts;

  constructor(parts: SignedParts) {
    const { log, kept, claims, books, findings } = parts;
    const { terms, witnesses, stamps, destroyed } = books;
    const given = givenClaims(
      { given: terms.given, beyond: books.givenBeyond, cut: parts.cut },
      log,
      findings,
    );
    this.#parts = parts;
    this.life = new LifeTrail(destroyed, findings);
    this.#claims = new ClaimTrail([...claims, ...given], findings);
    this.#checkpoints = new CheckpointTrail(kept, { log, witnesses, stamps, findings });
  }

  passed(step: LeafStep): void {
    const { index, leaf } = step;
    if (index === 0) this.firstTime = leaf.time;
    this.life.passed(step);
    this.#claims.passed(step);
    this.#checkpoints.passed(step);
    const { books, findings } = this.#parts;
    if (leaf.type === 'time-stamp') books.stamps.recorded(index, leaf.facts ?? {}, findings);
  }

  /** @param size leaves that the log has, also where the walk ended before them */
  ended(size: number): void {
    this.#claims.ended(size);
    this.#checkpoints.ended(size);
  }

  summary(): CheckpointSummary {
    return this.#checkpoints.summary();
  }

  /** Lets go of the checkpoints that were not read. */
  close(): void {
    this.#checkpoints.close();
  }
}
