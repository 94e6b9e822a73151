import { hash } from 'node:crypto';
import { type LeafFacts } from '../leaf.ts';
import { type ChainParts } from '../time-stamp/certificate-chain.ts';
import { checkStamp } from '../time-stamp/check-stamp.ts';
import { type TreeState } from '../tree/consistency-proof.ts';
import { type Place } from './finding.ts';
import { type Findings } from './findings.ts';

/** A time stamp as it is kept. */
export interface KeptStamp {
  readonly tree: TreeState;
  /** The note that it is over, with the log's signature alone. */
  readonly note: Buffer;
  /** DER of the whole response. */
  readonly response: Buffer;
  readonly place: Place;
}

/** What is known of a time stamp once it was checked. */
interface Known {
  readonly size: number;
  /** `sha256:` and hex. */
  readonly digest: string;
  /** Epoch milliseconds that the authority states; null where the token was not followed to a root. */
  readonly genTime: number | null;
  readonly place: Place;
  readonly findings: Findings;
  recorded: boolean;
}

/** The newest time stamp that holds. */
export interface NewestStamp {
  readonly size: number;
  /** RFC 3339; null where the token was not followed to a root. */
  readonly genTime: string | null;
}

/** Tokens that fail only because no root is pinned. */
const UNPINNED = 'chain-unknown';

/**
 * The time stamps of a node: each holds by itself, and a leaf of this or a later log of the node holds its hash. One entry
 * for each stamp is kept; a day has few.
 */
export class StampBook {
  readonly #trusted: ChainParts | undefined;
  readonly #known = new Map<string, Known>();

  /** @param trusted pinned roots; undefined: tokens are checked up to the chain */
  constructor(trusted: ChainParts | undefined) {
    this.#trusted = trusted;
  }

  /** Checks a token over the note of a checkpoint. @returns what holds; undefined where the token does not */
  check({ tree, note, response, place }: KeptStamp, findings: Findings): NewestStamp | undefined {
    const trusted = this.#trusted ?? { roots: [], intermediates: [] };
    const verdict = checkStamp(response, { imprint: hash('sha256', note, 'buffer'), trusted });
    const unpinned = !verdict.ok && verdict.code === UNPINNED && this.#trusted === undefined;
    if (!verdict.ok && !unpinned) {
      findings.add('stamp-invalid', place, verdict.code);
      return undefined;
    }
    // Said once: without roots it holds for all of them.
    if (unpinned && !findings.has('stamp-unpinned')) findings.add('stamp-unpinned');
    const genTime = verdict.ok ? verdict.genTime : null;
    const { size } = tree;
    const digest = `sha256:${hash('sha256', response, 'hex')}`;
    this.#known.set(keyOf(size, tree.root.toString('base64')), {
      size, digest, genTime, place, findings, recorded: false,
    }); // prettier-ignore
    return { size, genTime: genTime === null ? null : new Date(genTime).toISOString() };
  }

  /** Compares a `time-stamp` leaf with the stamp that it records. */
  recorded(index: number, { size, root, stamp, genTime }: LeafFacts, findings: Findings): void {
    const known = this.#known.get(keyOf(Number(size), String(root)));
    if (known === undefined) {
      findings.add('stamp-missing', { index });
      return;
    }
    known.recorded = true;
    if (known.digest !== stamp) findings.add('stamp-differs', { ...known.place, index });
    const told = known.genTime === null || new Date(known.genTime).toISOString() === genTime;
    if (!told) findings.add('stamp-leaf-differs', { index });
  }

  /**
   * To be called once every log of the node was walked: which stamps no leaf records. The newest ones may wait for theirs: it
   * comes right after the stamp, and may belong to a part of the log that is not here yet.
   * @param whole whether every leaf of every log was reached; else nothing can be said
   */
  ended(whole: boolean): void {
    if (!whole) return;
    const all = [...this.#known.values()];
    const last = all.findLastIndex(({ recorded }) => recorded);
    for (const [place, { recorded, findings, place: where }] of all.entries())
      if (!recorded) findings.add(place > last ? 'stamp-newest-unrecorded' : 'stamp-unrecorded', where);
  }
}

function keyOf(size: number, root: string): string {
  return `${String(size)} ${root}`;
}
