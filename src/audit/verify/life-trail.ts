import { type Leaf, type LeafFacts } from '../leaf.ts';
import { type Findings } from './findings.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';

/** What the first leaf of a log states: itself, and the log before it. */
export interface Opening {
  readonly origin: string;
  /** C2SP vkey. */
  readonly key: string;
  /** Null in the first log of a node. */
  readonly previous: { readonly origin: string; readonly size: number; readonly root: string } | null;
  /** What was signed for the log before beyond its end, as a restore admits it; null where nothing was. */
  readonly signed: { readonly size: number; readonly root: string } | null;
}

/** What the last leaf of a closed log states. */
export interface Ending {
  readonly index: number;
  readonly next: string;
  /** C2SP vkey. */
  readonly nextKey: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What a leaf states if it can open a log; undefined for any other. */
export function openingOf({ type, action, facts }: Leaf): Opening | undefined {
  if (facts === undefined || (type !== 'log-opened' && action !== 'gateway.init')) return undefined;
  const { origin, key } = facts;
  if (typeof origin !== 'string' || typeof key !== 'string') return undefined;
  if (type !== 'log-opened') return { origin, key, previous: null, signed: null };
  return { origin, key, ...previousOf(facts) };
}

function previousOf(facts: LeafFacts): Pick<Opening, 'previous' | 'signed'> {
  const { previous, previousSize, previousRoot, signedSize, signedRoot } = facts;
  const signed =
    typeof signedSize === 'number' && typeof signedRoot === 'string'
      ? { size: signedSize, root: signedRoot }
      : null;
  if (typeof previous !== 'string' || typeof previousSize !== 'number' || typeof previousRoot !== 'string')
    return { previous: null, signed };
  return { previous: { origin: previous, size: previousSize, root: previousRoot }, signed };
}

/** Follows the life of a log in its leaves: the order of times, its end, the keys it says are destroyed, its types. */
export class LifeTrail implements LeafWatcher {
  ending: Ending | null = null;
  /** Time of the newest leaf; empty before the first. */
  lastTime = '';
  readonly #destroyed: Set<string>;
  readonly #findings: Findings;

  /** @param destroyed names of keys that a leaf says were destroyed are added to it */
  constructor(destroyed: Set<string>, findings: Findings) {
    this.#destroyed = destroyed;
    this.#findings = findings;
  }

  passed({ index, leaf }: LeafStep): void {
    if (this.ending !== null) this.#findings.add('leaf-after-end', { index });
    if (!TIME.test(leaf.time) || leaf.time < this.lastTime) this.#findings.add('time-backwards', { index });
    this.lastTime = leaf.time;
    if (leaf.facts !== undefined) this.#stated(index, leaf.type, leaf.facts);
  }

  #stated(index: number, type: Leaf['type'], { next, nextKey, kid }: LeafFacts): void {
    if (type === 'keydestroy' && typeof kid === 'string') this.#destroyed.add(kid);
    if (type === 'rollover' && typeof next === 'string' && typeof nextKey === 'string')
      this.ending = { index, next, nextKey };
  }
}
