import { type Sentence } from '../shared/problem.ts';
import { type SealedPart } from './audit-log.ts';
import { commitPersonal } from './commitment.ts';
import { type OpeningKeys } from './key-vault.ts';
import { type BoxContent, openBox } from './personal-box.ts';
import { deriveKeyStream, keyOfSlot } from './record-keys.ts';

/** A personal part does not belong to its record or was changed. Names the check that failed, never any content. */
export class PersonalPartError extends Error {
  override readonly name = 'PersonalPartError';
  readonly messages: Sentence;

  constructor(messages: Sentence, cause?: unknown) {
    super(messages.en, { cause });
    this.messages = messages;
  }
}

/** A personal part that was opened and fits its commitment. */
export interface OpenedPart {
  /** The content as it was given to be sealed, after a turn through JSON. */
  readonly content: unknown;
  /** Opening of the answer's commitment, 32 bytes, or null. */
  readonly opening: Buffer | null;
  /** Salt of the personal commitment and the bytes it commits to: what an auditor needs to check it again. */
  readonly salt: Buffer;
  readonly bytes: Buffer;
}

const OTHER_KEYS: Sentence = {
  tr: 'Kaydın kişisel bölümü başka bir ayın anahtarıyla kapatılmış. Kaydın gösterdiği anahtarı kullanın.',
  en: 'The personal part of the record is sealed under the keys of another month. Use the keys that the record names.',
};
const NOT_ITS_BOX: Sentence = {
  tr: 'Kaydın kişisel bölümü açılamadı: bölüm değiştirilmiş, başka bir kayda ait ya da anahtar yanlış. Yedekteki kopyayla karşılaştırın.',
  en: 'The personal part of the record does not open: it was changed, belongs to another record, or the key is another. Compare it with a backup.',
};
const OTHER_COMMITMENT: Sentence = {
  tr: 'Kaydın kişisel bölümü, kayıttaki taahhüt değerine uymuyor. Kaydı delil olarak kullanmayın, yedekteki kopyayla karşılaştırın.',
  en: 'The personal part does not match the commitment in its leaf. Do not use the record as evidence; compare it with a backup.',
};

/**
 * Opens a personal part and proves that it is the one its leaf commits to.
 * @param commitment the 32 bytes that stand in the leaf
 * @throws PersonalPartError when keys, record, box or commitment do not fit together
 */
export function openPersonal(
  keys: OpeningKeys,
  queryId: string,
  commitment: Buffer,
  sealed: SealedPart,
): OpenedPart {
  if (sealed.kid !== keys.kid) throw new PersonalPartError(OTHER_KEYS);
  const content = unbox(keys, queryId, commitment, sealed);
  if (!commitPersonal(content.salt, content.bytes).equals(commitment))
    throw new PersonalPartError(OTHER_COMMITMENT);
  return {
    content: JSON.parse(content.bytes.toString('utf8')) as unknown,
    opening: content.opening,
    salt: content.salt,
    bytes: content.bytes,
  };
}

function unbox(keys: OpeningKeys, queryId: string, commitment: Buffer, sealed: SealedPart): BoxContent {
  try {
    const key = keyOfSlot(deriveKeyStream(keys.dataKey, sealed.salt, sealed.slot + 1), sealed.slot);
    return openBox({ key, nonce: sealed.nonce }, { queryId, kid: keys.kid, commitment }, sealed.box);
  } catch (cause) {
    throw new PersonalPartError(NOT_ITS_BOX, cause);
  }
}
