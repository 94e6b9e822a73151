import { type Sentence } from '../../shared/problem.ts';

const CATALOGUE = {
  TREE_RANGE: {
    tr: 'İstenen sıra ya da boy bu günlükte yok. Sıra boydan küçük, eski boy en az 1 ve yeni boydan büyük olmayan bir tam sayı olmalı.',
    en: 'The log has no such index or size. An index is below the size; an old size is at least 1 and not above the new one.',
  },
  PROOF_NOT_HASHES: {
    tr: 'Kanıt, her biri 32 bayt olan en çok 63 özetten oluşan bir liste değil. Kanıtı yeniden alın.',
    en: 'The proof is not a list of at most 63 hashes of 32 bytes each. Get the proof again.',
  },
  INCLUSION_FAILED: {
    tr: 'Kanıt kaydı bu köke bağlamıyor: kayıt, sıra, kanıt ya da kök değiştirilmiş. Kayda güvenmeyin.',
    en: 'The proof does not tie the leaf to this root: leaf, index, proof or root was changed. Do not trust the leaf.',
  },
  CONSISTENCY_FAILED: {
    tr: 'Yeni kök, eski kökün devamı değil: günlüğün geçmişi değiştirilmiş ya da kanıt bozuk. Günlüğe güvenmeyin.',
    en: 'The new root does not extend the old one: the history of the log was changed, or the proof was. Do not trust the log.',
  },
  HASHES_MISSING: {
    tr: 'Kanıt için gereken özetler saklı değil. Günlüğü doğrulayın ve yedekten geri yükleyin.',
    en: 'Hashes that the proof needs are not stored. Verify the log and restore it from a backup.',
  },
} as const satisfies Record<string, Sentence>;

/** Every way in which a proof can fail or not be made. */
export type ProofFault = keyof typeof CATALOGUE;

/** A proof does not hold, cannot be one, or cannot be made from the stored hashes. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
  readonly code: ProofFault;
  readonly messages: Sentence;

  constructor(code: ProofFault) {
    super(CATALOGUE[code].en);
    this.code = code;
    this.messages = CATALOGUE[code];
  }
}
