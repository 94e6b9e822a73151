import { type PartLabel } from '../audit-log.ts';
import { type Leaf } from '../leaf.ts';
import { mayBeDestroyed, purgeDaysOf } from '../retention.ts';
import { type Findings } from './findings.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';

/** Parts of one kid that are gone before the end of their retention. */
export interface MissingParts {
  readonly first: number;
  readonly count: number;
}

/**
 * Looks, beside a walk, at the rows of personal parts without opening them: each belongs to a leaf that commits to one,
 * bears the names that follow from its leaf, and none is gone that is still to be kept. Keeps one entry for each kid.
 */
export class PartCheck implements LeafWatcher {
  readonly #labels: Iterator<PartLabel>;
  readonly #now: number;
  readonly #findings: Findings;
  readonly #missing = new Map<string, MissingParts>();
  readonly #present = new Map<string, number>();
  #next: PartLabel | undefined;

  /**
   * @param labels by index, ascending
   * @param now epoch milliseconds
   */
  constructor(labels: Iterable<PartLabel>, now: number, findings: Findings) {
    this.#labels = labels[Symbol.iterator]();
    this.#now = now;
    this.#findings = findings;
    this.#advance();
  }

  /** Every kid that a leaf names. */
  readonly used = new Set<string>();

  passed({ index, leaf }: LeafStep): void {
    this.#surplusBefore(index);
    if (leaf.kid !== null) this.used.add(leaf.kid);
    const label = this.#next?.index === index ? this.#next : undefined;
    if (label !== undefined) {
      this.#compare(label, leaf);
      this.#advance();
    } else if (typeof leaf.personal === 'string' && !mayBeDestroyed(leaf, this.#now)) {
      this.#miss(leaf.kid ?? '', index);
    }
  }

  /** @param whole whether the walk reached every leaf; else parts beyond it are not judged */
  ended(whole: boolean): void {
    if (whole) this.#surplusBefore(Infinity);
  }

  /** Lets go of the rows that were not read. */
  close(): void {
    this.#labels.return?.();
  }

  /** By kid; those whose keys are destroyed by a leaf of any log of the node are not missing. */
  missing(destroyed: ReadonlySet<string>): ReadonlyMap<string, MissingParts> {
    return new Map([...this.#missing].filter(([kid]) => !destroyed.has(kid)));
  }

  /** Kids of which a part is there, with the first index of one. */
  present(): ReadonlyMap<string, number> {
    return this.#present;
  }

  #compare({ index, kid, purgeAfter }: PartLabel, leaf: Leaf): void {
    const place = { index, row: rowOf(index) };
    if (typeof leaf.personal !== 'string') this.#findings.add('part-surplus', place);
    else if (kid !== leaf.kid) this.#findings.add('part-kid-differs', place);
    else if (!purgeDaysOf(kid, leaf.time.slice(0, 10)).includes(purgeAfter))
      this.#findings.add('part-purge-differs', place);
    if (!this.#present.has(kid)) this.#present.set(kid, index);
  }

  #miss(kid: string, index: number): void {
    const known = this.#missing.get(kid);
    this.#missing.set(kid, { first: known?.first ?? index, count: (known?.count ?? 0) + 1 });
  }

  #surplusBefore(index: number): void {
    while (this.#next !== undefined && !(this.#next.index >= index)) {
      this.#findings.add('part-surplus', { index: this.#next.index, row: rowOf(this.#next.index) });
      this.#advance();
    }
  }

  #advance(): void {
    const { done, value } = this.#labels.next() as IteratorResult<PartLabel, undefined>;
    this.#next = done === true ? undefined : value;
  }
}

/** The row of a personal part as findings name it. */
export function rowOf(index: number): string {
  return `audit_personal idx=${String(index)}`;
}
