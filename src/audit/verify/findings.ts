import { createFinding, type Finding, type FindingCode, type Place } from './finding.ts';
import { type Severity } from './finding-text.ts';

/** What a verification ends with. `incomplete`: nothing contradicts the log, but a part that would prove it is missing. */
export type Verdict = 'sound' | 'tampered' | 'incomplete';

/** Findings of one severity that are kept in full; the rest is counted. A log that is wrong throughout must not fill memory. */
const MOST = 50;

const ORDER: readonly Severity[] = ['tampered', 'incomplete', 'notice'];

/** Collects what a verification finds, in bounded memory. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts: Record<Severity, number> = { tampered: 0, incomplete: 0, notice: 0 };
  #first: Finding | undefined;
  readonly #codes = new Set<FindingCode>();
  readonly #file: string | undefined;

  /** @param file named by every finding that names none itself */
  constructor(file?: string) {
    this.#file = file;
  }

  /** All findings, also those that were not kept. */
  get count(): number {
    return this.#counts.tampered + this.#counts.incomplete + this.#counts.notice;
  }

  /** Findings that were not kept. */
  get omitted(): number {
    return this.count - this.#kept.length;
  }

  get verdict(): Verdict {
    if (this.#counts.tampered > 0) return 'tampered';
    return this.#counts.incomplete > 0 ? 'incomplete' : 'sound';
  }

  /** @param cause code of what lies behind it */
  add(code: FindingCode, place: Place = {}, cause: string | null = null): void {
    const file = place.file ?? this.#file;
    this.take(createFinding(code, file === undefined ? place : { ...place, file }, cause));
  }

  take(finding: Finding): void {
    this.#codes.add(finding.code);
    this.#counts[finding.severity] += 1;
    if (this.#first === undefined || comesFirst(finding, this.#first)) this.#first = finding;
    if (this.#counts[finding.severity] <= MOST) this.#kept.push(finding);
  }

  /** What contradicts before what is missing before what is worth knowing; each in the order of the log. */
  list(): readonly Finding[] {
    return [...this.#kept].sort((a, b) => rank(a) - rank(b) || indexOf(a) - indexOf(b));
  }

  has(code: FindingCode): boolean {
    return this.#codes.has(code);
  }

  /** The earliest of the gravest findings; undefined where nothing is wrong. */
  first(): Finding | undefined {
    return this.#first?.severity === 'notice' ? undefined : this.#first;
  }
}

/** A place that is known exactly beats a range that begins before it and covers it. */
function comesFirst(one: Finding, other: Finding): boolean {
  if (one.severity !== other.severity) return rank(one) < rank(other);
  if (covers(other, one)) return true;
  if (covers(one, other)) return false;
  return indexOf(one) < indexOf(other);
}

function covers({ index, until }: Finding, exact: Finding): boolean {
  if (index === undefined || until === undefined || exact.index === undefined) return false;
  return exact.until === undefined && index <= exact.index && exact.index < until;
}

function rank({ severity }: Finding): number {
  return ORDER.indexOf(severity);
}

function indexOf({ index }: Finding): number {
  return index ?? Infinity;
}
