import { type Sentence } from '../shared/problem.ts';

/** Why nothing is signed. */
export type CheckpointFault = 'LOG_EMPTY' | 'NOT_A_COMMIT' | 'LOG_ROLLED_BACK' | 'LOG_KEY_MISSING';

const SENTENCES: Readonly<Record<CheckpointFault, Sentence>> = {
  LOG_EMPTY: {
    tr: 'Günlükte henüz kayıt yok; imzalanacak bir kök yok.',
    en: 'The log holds no record yet; there is no root to sign.',
  },
  NOT_A_COMMIT: {
    tr: 'Bu boyutta biten bir işlem yok; imzalanacak bir kök yok.',
    en: 'No commit ended at this size; there is no root to sign.',
  },
  LOG_ROLLED_BACK: {
    tr: 'Günlük, daha önce imzalanmış olanın devamı değil: veritabanı geri alınmış ya da değiştirilmiş. Hiçbir şey imzalanmadı. "gecit audit verify" ile inceleyin.',
    en: 'The log does not continue what was signed before: the database was rolled back or changed. Nothing was signed. Examine it with "gecit audit verify".',
  },
  LOG_KEY_MISSING: {
    tr: 'Kapanmış günlüğün imza anahtarı yok: sonu imzalanamadı. Anahtarı ayrı yedeğinden geri yükleyin; gerçekten kayıpsa günlüğün son kayıtları imzasız kalır, yeni günlük etkilenmez.',
    en: 'The key of a closed log is missing: its end could not be signed. Restore the key from its separate backup; if it is really lost, the last records of that log stay unsigned, and the new log is not affected.',
  },
};

/** Nothing was signed, and why. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code: CheckpointFault;
  readonly messages: Sentence;

  constructor(code: CheckpointFault, cause?: unknown) {
    super(SENTENCES[code].en, { cause });
    this.code = code;
    this.messages = SENTENCES[code];
  }
}
