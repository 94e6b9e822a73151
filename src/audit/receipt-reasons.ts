import { type Sentence } from '../shared/problem.ts';

/** What a receipt is checked for, in this order; the first that fails ends the check. */
export const RECEIPT_CHECKS = {
  answer: { tr: 'yanıt ve makbuz okunuyor', en: 'the answer and its receipt can be read' },
  proof: { tr: 'kanıt dosyası bu makbuzun', en: 'the proof file is that of this receipt' },
  checkpoint: { tr: 'günlüğün kontrol noktası imzalı', en: 'the checkpoint of the log is signed' },
  inclusion: { tr: 'kayıt günlüğün içinde', en: 'the leaf is in the log' },
  leaf: { tr: 'kayıt bir yanıtı belgeliyor', en: 'the leaf records an answer' },
  query: { tr: 'kayıt bu sorgunun', en: 'the leaf is that of this query' },
  agreement: { tr: 'protokol, sürümü ve özeti aynı', en: 'agreement, version and hash are the same' },
  purpose: { tr: 'amaç aynı', en: 'the purpose is the same' },
  outcome: { tr: 'sonuç aynı', en: 'the outcome is the same' },
  opening: { tr: 'veriler kaydın taahhüdüne uyuyor', en: 'the data are those that the leaf commits to' },
  witnesses: { tr: 'tanıklar politikaya yetiyor', en: 'the witnesses meet the policy' },
} as const satisfies Record<string, Sentence>;

/** One thing that a receipt is checked for. */
export type ReceiptCheckName = keyof typeof RECEIPT_CHECKS;

/** Every way in which checking a receipt can end: what it means, and what to do. */
export const RECEIPT_REASONS = {
  RECEIPT_SOUND: {
    tr: 'Yanıt, günlüğün imzaladığı kayıtla birebir aynı.',
    en: 'The answer is exactly the one that the log has recorded and signed for.',
  },
  RECEIPT_ANSWER_UNREADABLE: {
    tr: 'Dosya, makbuzlu bir yanıt değil ya da bir üyeyi iki kez içeriyor. Yanıtı aldığınız gibi, değiştirmeden verin.',
    en: 'The file is no answer with a receipt, or names a member twice. Give the answer as you received it, unchanged.',
  },
  RECEIPT_PROOF_UNREADABLE: {
    tr: 'Kanıt dosyası okunamıyor. Kanıtı geçitten yeniden alın (GET /v1/receipts/<sorgu numarası>).',
    en: 'The proof file cannot be read. Get it again from the gateway (GET /v1/receipts/<query id>).',
  },
  RECEIPT_OTHER_INDEX: {
    tr: 'Kanıt dosyası başka bir kaydın. Bu sorgunun kanıtını alın.',
    en: 'The proof file is that of another leaf. Get the proof of this query.',
  },
  RECEIPT_CHECKPOINT_UNREADABLE: {
    tr: 'Kanıttaki kontrol noktası okunamıyor. Kanıtı geçitten yeniden alın.',
    en: 'The checkpoint in the proof cannot be read. Get the proof again from the gateway.',
  },
  RECEIPT_NOT_SIGNED: {
    tr: 'Kontrol noktasında bu günlüğün güvenilen bir anahtarının imzası yok. Günlüğün adını taşıyan doğru anahtarı verin.',
    en: 'No trusted key of this log signed the checkpoint. Give the right key, which bears the name of the log.',
  },
  RECEIPT_LOG_NOT_IN_POLICY: {
    tr: 'Kontrol noktasını imzalayan günlük politikada yok. Doğru politika dosyasını verin.',
    en: 'The log that signed the checkpoint is not in the policy. Give the right policy file.',
  },
  RECEIPT_SIGNATURE_INVALID: {
    tr: 'Bilinen bir anahtarın imzası tutmuyor: kontrol noktası ya da imza değiştirilmiş. Bu kanıta güvenmeyin.',
    en: 'The signature of a known key does not hold: checkpoint or signature was changed. Do not trust this proof.',
  },
  RECEIPT_OTHER_ORIGIN: {
    tr: 'Kontrol noktası, makbuzdaki günlüğün değil. Bu sorgunun kanıtını alın.',
    en: 'The checkpoint is not that of the log in the receipt. Get the proof of this query.',
  },
  RECEIPT_NOT_INCLUDED: {
    tr: 'Makbuzdaki kayıt, imzalanan günlüğün bu sırasında yok: makbuz, kanıt ya da günlük değiştirilmiş.',
    en: 'The leaf of the receipt does not stand at its index in the signed log: receipt, proof or log was changed.',
  },
  RECEIPT_LEAF_UNREADABLE: {
    tr: 'Makbuzdaki kayıt bu sürümün okuyabildiği bir kayıt değil. Geçit sağlayıcısına sorun.',
    en: 'The leaf of the receipt is none that this version can read. Ask the provider of the gateway.',
  },
  RECEIPT_OTHER_TYPE: {
    tr: 'Kayıt bir yanıtı değil, başka bir olayı belgeliyor. Bu makbuz yanıtın kanıtı değil.',
    en: 'The leaf records another event, not an answer. The receipt is no evidence of the answer.',
  },
  RECEIPT_OTHER_QUERY: {
    tr: 'Kayıt başka bir sorgunun. Yanıt ile makbuz birbirine ait değil.',
    en: 'The leaf is that of another query. Answer and receipt do not belong together.',
  },
  RECEIPT_OTHER_AGREEMENT: {
    tr: 'Kayıttaki protokol, sürüm ya da özet yanıttakinden farklı. Yanıt değiştirilmiş.',
    en: 'Agreement, version or hash in the leaf are not those of the answer. The answer was changed.',
  },
  RECEIPT_OTHER_PURPOSE: {
    tr: 'Kayıttaki amaç yanıttakinden farklı. Yanıt değiştirilmiş.',
    en: 'The purpose in the leaf is not that of the answer. The answer was changed.',
  },
  RECEIPT_OTHER_OUTCOME: {
    tr: 'Kayıttaki sonuç yanıttakinden farklı. Yanıt değiştirilmiş.',
    en: 'The outcome in the leaf is not that of the answer. The answer was changed.',
  },
  RECEIPT_OTHER_DATA: {
    tr: 'Veriler kaydın taahhüdüne uymuyor: veriler ya da makbuzdaki açılış değeri değiştirilmiş.',
    en: 'The data are not those that the leaf commits to: the data or the opening in the receipt were changed.',
  },
  RECEIPT_NOT_WITNESSED: {
    tr: 'Kayıt günlükte ve imzalı, ama politikanın istediği kadar tanık imzalamamış. Daha sonra kanıtı yeniden alıp deneyin.',
    en: 'The leaf is in the signed log, but fewer witnesses cosigned than the policy asks for. Get the proof again later.',
  },
} as const satisfies Record<string, Sentence>;

/** Code of an ending. */
export type ReceiptReason = keyof typeof RECEIPT_REASONS;

/** Why a check failed; `cause` says more where a format was at fault. */
export class ReceiptFault extends Error {
  override readonly name = 'ReceiptFault';
  readonly code: Exclude<ReceiptReason, 'RECEIPT_SOUND'>;

  constructor(code: ReceiptFault['code'], cause?: unknown) {
    super(RECEIPT_REASONS[code].en, { cause });
    this.code = code;
  }
}
