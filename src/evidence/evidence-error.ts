import { type Sentence } from '../shared/problem.ts';

/** What an alarm is about, as far as it is known. */
export interface AlarmPlace {
  readonly origin?: string | undefined;
  /** `YYYY-MM-DD` */
  readonly day?: string | undefined;
  readonly file?: string | undefined;
  /** Index from which the log cannot be trusted. */
  readonly index?: number | undefined;
  /** What was found there. */
  readonly found?: Sentence | undefined;
}

type Writer = (place: Readonly<Record<'origin' | 'day' | 'file' | 'index', string>>) => Sentence;

const CATALOGUE = {
  EVIDENCE_FILE_DIFFERS: ({ file }) => ({
    tr: `Kanıt dosyası ${file} var ve içeriği yazılacak olandan farklı. Üzerine yazılmadı. Dosyayı saklayın, yedekle karşılaştırın ve kimin değiştirdiğini araştırın.`,
    en: `The evidence file ${file} exists and differs from what was to be written. It was not overwritten. Keep it, compare it with a backup and find out who changed it.`,
  }),
  EVIDENCE_FILE_MISSING: ({ file }) => ({
    tr: `Kanıt dosyası ${file} yok. Yedekten geri yükleyin.`,
    en: `The evidence file ${file} is missing. Restore it from a backup.`,
  }),
  EVIDENCE_FILE_INVALID: ({ file }) => ({
    tr: `Kanıt dosyası ${file} bozuk ya da ötekilerle uyuşmuyor. Yedekle karşılaştırın ve kimin değiştirdiğini araştırın.`,
    en: `The evidence file ${file} is damaged or does not fit the others. Compare it with a backup and find out who changed it.`,
  }),
  EVIDENCE_NOT_READABLE: ({ file }) => ({
    tr: `Kanıt dosyası ${file} okunamıyor. Dosyanın sahibini ve haklarını denetleyin.`,
    en: `The evidence file ${file} cannot be read. Check its owner and its rights.`,
  }),
  EVIDENCE_NOT_WRITABLE: ({ file }) => ({
    tr: `Kanıt dosyası ${file} yazılamadı ya da diske ulaşmadı. Klasörün sahibini ve boş disk alanını denetleyip yeniden mühürleyin.`,
    en: `The evidence file ${file} could not be written or did not reach the disk. Check the owner of the folder and the free disk space, then seal again.`,
  }),
  SEAL_MISMATCH: ({ origin, day, index }) => ({
    tr: `${origin} günlüğünün ${day} günü mühürlenmedi: ${index} sıralı kayıttan başlayarak veritabanı, imzalanmış olanla uyuşmuyor. O gün için hiçbir şey yazılmadı. "gecit audit verify" ile inceleyin ve yedekle karşılaştırın.`,
    en: `Day ${day} of log ${origin} was not sealed: from index ${index} on the database does not agree with what was signed. Nothing was written for that day. Examine it with "gecit audit verify" and compare with a backup.`,
  }),
  SEAL_HISTORY_CHANGED: ({ origin, day, index }) => ({
    tr: `${origin} günlüğünün ${day} günüyle mühürlenmiş bölümü veritabanında değişmiş: ${index} sıralı kayıttan başlayarak mühürlü kanıtla uyuşmuyor. Hiçbir şey mühürlenmedi. Kanıt klasörünü saklayın, "gecit audit verify" ile inceleyin.`,
    en: `What was sealed with day ${day} of log ${origin} was changed in the database: from index ${index} on it does not agree with the sealed evidence. Nothing was sealed. Keep the evidence folder, and examine it with "gecit audit verify".`,
  }),
  SEAL_KEY_MISSING: ({ origin }) => ({
    tr: `${origin} günlüğünün imza anahtarı kayıtlı değil; imzasız bir günlük mühürlenemez. Geçidi bir kez başlatın ya da anahtarı yedekten geri yükleyin.`,
    en: `No signing key is registered for log ${origin}; a log without signatures cannot be sealed. Start the gateway once, or restore the key from its backup.`,
  }),
  SEAL_IN_PROGRESS: ({ file }) => ({
    tr: `Başka bir işlem şu anda mühürlüyor (${file}). Bitmesini bekleyin; o bilgisayarda öyle bir işlem yoksa dosyayı silin.`,
    en: `Another process is sealing at this moment (${file}). Wait until it has finished; if there is no such process on that machine, delete the file.`,
  }),
} as const satisfies Record<string, Writer>;

/** Every way in which sealing, or reading what was sealed, can fail. */
export type EvidenceFault = keyof typeof CATALOGUE;

/** Evidence was not written, or cannot be what was written: an alarm for a person. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceFault;
  readonly place: AlarmPlace;
  readonly messages: Sentence;

  constructor(code: EvidenceFault, place: AlarmPlace, cause?: unknown) {
    const { origin = '?', day = '?', file = '?', index } = place;
    const sentence = CATALOGUE[code]({ origin, day, file, index: String(index ?? '?') });
    const messages = withFound(sentence, place.found);
    super(messages.en, { cause });
    this.code = code;
    this.place = place;
    this.messages = messages;
  }
}

function withFound({ tr, en }: Sentence, found: Sentence | undefined): Sentence {
  return found === undefined ? { tr, en } : { tr: `${tr} ${found.tr}`, en: `${en} ${found.en}` };
}
