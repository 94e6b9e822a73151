import { randomBytes } from 'node:crypto';
import { type SealedPart } from './audit-log.ts';
import { commitPersonal } from './commitment.ts';
import { type RecordKeys } from './key-vault.ts';
import { sealBox } from './personal-box.ts';
import { deriveKeyStream, keyOfSlot, MOST_KEYS } from './record-keys.ts';

const BATCH_SALT_BYTES = 16;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const RECORD_BYTES = SALT_BYTES + NONCE_BYTES;

/** The personal part of a record before it is sealed. */
export interface PersonalPart {
  readonly queryId: string;
  /** Anything with a JSON form: official, subject, case reference, address, an act's details. */
  readonly content: unknown;
  /** Opening of the answer's commitment (32 bytes), kept so that an auditor can check an answer; null without answer. */
  readonly opening: Buffer | null;
  /** The person asked about, e.g. type `tckn`; null where the record has none. */
  readonly subject: { readonly type: string; readonly value: string } | null;
  readonly officialId: string | null;
  readonly caseReference: string | null;
  /** `YYYY-MM-DD`: the first day on which the part may be destroyed. */
  readonly purgeAfter: string;
}

/** A personal part after sealing, with the commitment that its leaf carries. */
export interface SealedRecord {
  /** 32 bytes, for the leaf. */
  readonly commitment: Buffer;
  readonly sealed: SealedPart;
}

/**
 * Seals the personal parts of one commit under one month's keys, in the order given. Each record has its own key,
 * nonce and salt; key derivation and randomness are taken once for up to 255 records.
 * @throws TypeError when a content has no JSON form; RangeError when an opening has not 32 bytes
 */
export function sealBatch(keys: RecordKeys, parts: readonly PersonalPart[]): SealedRecord[] {
  const officialTag = officialTagger(keys);
  const records: SealedRecord[] = [];
  for (let start = 0; start < parts.length; start += MOST_KEYS) {
    const chunk = parts.slice(start, start + MOST_KEYS);
    const random = randomBytes(BATCH_SALT_BYTES + chunk.length * RECORD_BYTES);
    const salt = random.subarray(0, BATCH_SALT_BYTES);
    const batch: Batch = {
      keys,
      salt,
      keyStream: deriveKeyStream(keys.dataKey, salt, chunk.length),
      officialTag,
    };
    for (const [slot, part] of chunk.entries()) {
      const place = BATCH_SALT_BYTES + slot * RECORD_BYTES;
      records.push(sealOne(batch, part, slot, random.subarray(place, place + RECORD_BYTES)));
    }
  }
  return records;
}

interface Batch {
  readonly keys: RecordKeys;
  readonly salt: Buffer;
  readonly keyStream: Buffer;
  readonly officialTag: (officialId: string) => Buffer;
}

function sealOne(batch: Batch, part: PersonalPart, slot: number, random: Buffer): SealedRecord {
  const { keys } = batch;
  const bytes = jsonBytes(part.content);
  const salt = random.subarray(0, SALT_BYTES);
  const nonce = random.subarray(SALT_BYTES);
  const commitment = commitPersonal(salt, bytes);
  const boxKey = { key: keyOfSlot(batch.keyStream, slot), nonce };
  const box = sealBox(
    boxKey,
    { queryId: part.queryId, kid: keys.kid, commitment },
    { salt, opening: part.opening, bytes },
  );
  const subjectTag = part.subject === null ? null : keys.tag(part.subject.type, part.subject.value);
  const officialTag = part.officialId === null ? null : batch.officialTag(part.officialId);
  const caseTag = part.caseReference === null ? null : keys.tag('case', part.caseReference);
  const { purgeAfter } = part;
  return {
    commitment,
    sealed: {
      kid: keys.kid, salt: batch.salt, slot, nonce, box, subjectTag, officialTag, caseTag, purgeAfter,
    }, // prettier-ignore
  };
}

/** Tags of officials; one official often has many records in a batch. */
function officialTagger(keys: RecordKeys): (officialId: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (officialId) => {
    let tag = known.get(officialId);
    if (tag === undefined) known.set(officialId, (tag = keys.tag('official', officialId)));
    return tag;
  };
}

function jsonBytes(content: unknown): Buffer {
  const text = JSON.stringify(content) as string | undefined;
  if (text === undefined) throw new TypeError('the personal part has no JSON form');
  return Buffer.from(text, 'utf8');
}
