import { type EvidenceReader, type SealedPart } from '../audit-log.ts';
import { commitPersonal } from '../commitment.ts';
import { type KeyVault, type RecordKeys } from '../key-vault.ts';
import { type Leaf } from '../leaf.ts';
import { openBox } from '../personal-box.ts';
import { deriveKeyStream, keyOfSlot, MOST_KEYS } from '../record-keys.ts';
import { mayBeDestroyed } from '../retention.ts';
import { type Findings } from './findings.ts';
import { rowOf } from './part-check.ts';
import { type OpenedParts } from './report.ts';
import { taggedValues } from './tagged-values.ts';
import { type LeafStep, type LeafWatcher } from './walk-leaves.ts';

/** Gives keys that exist; MUST NOT make any here. */
export type OpeningVault = Pick<KeyVault, 'find' | 'keysFor'>;

/** What parts are opened with and held to. */
export interface OpenParts {
  readonly reader: EvidenceReader;
  readonly vault: OpeningVault;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly findings: Findings;
}

interface KeyStream {
  readonly kid: string;
  readonly salt: Buffer;
  readonly bytes: Buffer;
}

/** Keys that a derivation makes beyond the one that is asked for: the parts of a batch follow each other. */
const AHEAD = 4;
const KEY_BYTES = 32;

/**
 * Opens every personal part whose keys still exist: it fits the commitment in its leaf, and its search tags are those of its
 * content. Keeps no content and tells none.
 */
export class OpenCheck implements LeafWatcher {
  readonly #parts: OpenParts;
  readonly #keys = new Map<string, RecordKeys | undefined>();
  /** Kids without keys that are still needed, with the first index of each. */
  readonly #lost = new Map<string, number>();
  #stream: KeyStream | undefined;
  #opened = 0;
  #withoutKeys = 0;
  #nanoseconds = 0n;

  constructor(parts: OpenParts) {
    this.#parts = parts;
  }

  passed({ index, leaf }: LeafStep): void {
    if (typeof leaf.personal !== 'string') return;
    const begun = process.hrtime.bigint();
    this.#check(index, leaf, Buffer.from(leaf.personal, 'base64'));
    this.#nanoseconds += process.hrtime.bigint() - begun;
  }

  /** @param destroyed kids whose keys leaves say were destroyed */
  ended(destroyed: ReadonlySet<string>): void {
    for (const [kid, index] of this.#lost)
      if (!destroyed.has(kid)) this.#parts.findings.add('part-keys-missing', { index, row: rowOf(index) });
  }

  result(): OpenedParts {
    const seconds = Number(this.#nanoseconds) / 1e9;
    const partsPerSecond = seconds === 0 ? 0 : Math.round(this.#opened / seconds);
    return { opened: this.#opened, withoutKeys: this.#withoutKeys, partsPerSecond };
  }

  #check(index: number, leaf: Leaf, commitment: Buffer): void {
    const sealed = this.#parts.reader.sealedPart(index);
    // A part that is gone, or names another kid, is told without opening it.
    if (sealed === undefined || leaf.kid === null || sealed.kid !== leaf.kid) return;
    const keys = this.#keysOf(leaf.kid);
    if (keys === undefined) {
      this.#withoutKeys += 1;
      if (!this.#lost.has(leaf.kid) && !mayBeDestroyed(leaf, this.#parts.now))
        this.#lost.set(leaf.kid, index);
      return;
    }
    this.#opened += 1;
    const place = { index, row: rowOf(index) };
    const bytes = this.#open(keys, leaf.queryId, commitment, sealed);
    if (bytes === undefined) this.#parts.findings.add('part-not-opened', place);
    else if (!hasItsTags(keys, sealed, bytes)) this.#parts.findings.add('part-tag-differs', place);
  }

  #open(keys: RecordKeys, queryId: string, commitment: Buffer, sealed: SealedPart): Buffer | undefined {
    try {
      const key = this.#keyOf(keys, sealed);
      const { kid } = keys;
      const opened = openBox({ key, nonce: sealed.nonce }, { queryId, kid, commitment }, sealed.box);
      return commitPersonal(opened.salt, opened.bytes).equals(commitment) ? opened.bytes : undefined;
    } catch {
      // Whatever in the row made it fail, the part is not the one that was sealed.
      return undefined;
    }
  }

  #keyOf({ kid, dataKey }: RecordKeys, { salt, slot }: SealedPart): Buffer {
    const known = this.#stream;
    const end = (slot + 1) * KEY_BYTES;
    if (known?.kid === kid && known.salt.equals(salt) && known.bytes.length >= end)
      return keyOfSlot(known.bytes, slot);
    const count = Math.max(slot + 1, Math.min(MOST_KEYS, (slot + 1) * AHEAD));
    const bytes = deriveKeyStream(dataKey, salt, count);
    this.#stream = { kid, salt, bytes };
    return keyOfSlot(bytes, slot);
  }

  #keysOf(kid: string): RecordKeys | undefined {
    if (!this.#keys.has(kid)) {
      const { vault } = this.#parts;
      this.#keys.set(kid, vault.find(kid) === undefined ? undefined : vault.keysFor(kid));
    }
    return this.#keys.get(kid);
  }
}

function hasItsTags(keys: RecordKeys, sealed: SealedPart, bytes: Buffer): boolean {
  const { subject, officialId, caseReference } = taggedValues(JSON.parse(bytes.toString('utf8')));
  return (
    isTag(sealed.subjectTag, subject === null ? null : keys.tag(subject.type, subject.value)) &&
    isTag(sealed.officialTag, officialId === null ? null : keys.tag('official', officialId)) &&
    isTag(sealed.caseTag, caseReference === null ? null : keys.tag('case', caseReference))
  );
}

function isTag(stored: Buffer | null, expected: Buffer | null): boolean {
  if (expected === null) return stored === null;
  return Buffer.isBuffer(stored) && stored.equals(expected);
}
