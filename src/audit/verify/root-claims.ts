import { rootOf } from '../merkle.ts';
import { type FindingCode, type Place } from './finding.ts';
import { type Findings } from './findings.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';

/** What something signed or kept elsewhere says about the tree of a size. */
export interface RootClaim {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  readonly place: Place;
  /** Where the tree of that size has another root. */
  readonly contradicts: FindingCode;
  /** Where the log has fewer leaves. */
  readonly beyond: FindingCode;
}

/** The largest size up to which something signed agrees with the leaves. */
export class Agreed {
  size = 0;

  /** Trees of that size agree. */
  reached(size: number): void {
    this.size = Math.max(this.size, size);
  }
}

/**
 * Compares claims about the tree with the tree as it grows. A claim that is contradicted bounds the place by those of its own
 * kind alone: whoever changed the leaves may have signed anew what lies beside them, but not what was kept elsewhere.
 */
export class ClaimTrail implements LeafWatcher {
  readonly #claims: readonly RootClaim[];
  readonly #agreed = new Map<FindingCode, Agreed>();
  readonly #findings: Findings;
  #next = 0;

  constructor(claims: readonly RootClaim[], findings: Findings) {
    this.#claims = [...claims].sort((a, b) => a.size - b.size);
    this.#findings = findings;
  }

  passed({ size, frontier }: LeafStep): void {
    for (let claim = this.#claims[this.#next]; claim !== undefined && claim.size <= size;) {
      if (claim.size === size) this.#compare(claim, rootOf(frontier));
      this.#next += 1;
      claim = this.#claims[this.#next];
    }
  }

  /** @param size leaves that the log has, also where the walk ended before them */
  ended(size: number): void {
    for (const claim of this.#claims.slice(this.#next)) {
      if (claim.size <= size) continue;
      this.#findings.add(claim.beyond, { ...claim.place, index: size, until: claim.size });
    }
  }

  #compare(claim: RootClaim, root: Buffer): void {
    const { size, place, contradicts } = claim;
    const agreed = this.#agreed.get(contradicts) ?? new Agreed();
    this.#agreed.set(contradicts, agreed);
    if (claim.root.equals(root)) agreed.reached(size);
    else this.#findings.add(contradicts, { ...place, index: agreed.size, until: size });
  }
}
