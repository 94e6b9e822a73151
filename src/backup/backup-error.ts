import { type Sentence } from '../shared/problem.ts';

/** What a sentence may name: a file, a folder or a log, and what is known of it. */
export interface BackupPlace {
  readonly place?: string;
  readonly detail?: string;
}

type Writer = (named: Required<BackupPlace>) => Sentence;

const CATALOGUE = {
  BACKUP_EXISTS: ({ place }) => ({
    tr: `${place}: bu yerde zaten bir dosya var. Yedeğin üzerine yazılmaz; başka bir ad seçin`,
    en: `${place}: a file stands here already. No backup is ever written over; choose another name`,
  }),
  BACKUP_NOT_WRITTEN: ({ place, detail }) => ({
    tr: `${place}: yedek yazılamadı (${detail}); yarım kalan silindi. Klasörün sahibini ve boş disk alanını denetleyip yeniden başlatın`,
    en: `${place}: the backup could not be written (${detail}); what there was of it is removed. Check the owner of the folder and the free disk space, then begin anew`,
  }),
  BACKUP_IN_PROGRESS: ({ place }) => ({
    tr: `${place}: başka bir süreç şu anda yedek alıyor ya da yedekten dönüyor. Bitmesini bekleyin`,
    en: `${place}: another process is making or restoring a backup at this moment. Wait until it has finished`,
  }),
  BACKUP_UNREADABLE: ({ place, detail }) => ({
    tr: `${place}: yedek okunamıyor (${detail}). Yolu ve okuma iznini denetleyin`,
    en: `${place}: the backup cannot be read (${detail}). Check the path, and that it may be read`,
  }),
  BACKUP_IDENTITY_WRONG: ({ place }) => ({
    tr: `${place}: bu yedek verilen age kimliği için şifrelenmemiş ya da başlığı bozuk. Doğru kimliği --identity, anahtar yedeği için --keys-identity ile verin`,
    en: `${place}: this backup was not encrypted for the age identity given, or its header is damaged. Give the right one with --identity, or --keys-identity for a backup of keys`,
  }),
  BACKUP_FOREIGN: ({ place, detail }) => ({
    tr: `${place}: bir Geçit yedeği değil (${detail}). Dosyayı denetleyin`,
    en: `${place}: this is no backup of the gateway (${detail}). Check the file`,
  }),
  BACKUP_KIND: ({ place, detail }) => ({
    tr: `${place}: beklenen türde bir yedek değil (${detail}). Veri yedeği ile anahtar yedeğini yerlerine yazın`,
    en: `${place}: this is a backup of the other kind (${detail}). Give the backup of data and that of keys each in its place`,
  }),
  BACKUP_NEWER: ({ place, detail }) => ({
    tr: `${place}: yedek daha yeni bir Geçit sürümüyle alınmış (${detail}). O sürümü kurup yeniden deneyin`,
    en: `${place}: the backup was made by a newer version of the gateway (${detail}). Install that version and try again`,
  }),
  BACKUP_OF_ANOTHER: ({ place, detail }) => ({
    tr: `${place}: yedek başka bir geçidin (${detail}). gateway.name ile gateway.node ayarlarını ve dosyayı denetleyin`,
    en: `${place}: the backup is that of another gateway (${detail}). Check gateway.name and gateway.node in the settings, and the file`,
  }),
  BACKUP_DAMAGED: ({ place, detail }) => ({
    tr: `${place}: yedek bozuk ya da sonu kesik (${detail}). Başka bir kopyasını kullanın`,
    en: `${place}: the backup is damaged or cut short (${detail}). Use another copy of it`,
  }),
  BACKUP_SIGNATURE_INVALID: ({ place }) => ({
    tr: `${place}: yedeğin içindekiler listesi, adı yazılı operatörün imzasını taşımıyor. Yedeğe güvenmeyin`,
    en: `${place}: the list of contents does not bear the signature of the operator it names. Do not trust the backup`,
  }),
  BACKUP_SIGNER_UNKNOWN: ({ place, detail }) => ({
    tr: `${place}: yedeği imzalayan anahtar (${detail}), yedekteki operatörlerden birinin değil. Yedeğe güvenmeyin`,
    en: `${place}: the key that signed the backup (${detail}) belongs to no operator in it. Do not trust the backup`,
  }),
  BACKUP_NOT_SOUND: ({ place, detail }) => ({
    tr: `${place}: yedekteki günlük doğrulanamadı (${detail}); yerine konmadı. "gecit backup check" ile inceleyin ve başka bir yedek kullanın`,
    en: `${place}: the log in the backup does not verify (${detail}); nothing was put in place. Examine it with "gecit backup check", and use another backup`,
  }),
  RESTORE_PLACE_TAKEN: ({ place }) => ({
    tr: `${place}: yedekten yalnız boş bir yere dönülür. Eskisini kenara çekip dönmek için --replace verin`,
    en: `${place}: a backup is restored into an empty place only. Give --replace to move the old one aside first`,
  }),
  RESTORE_KEYS_MISSING: ({ place }) => ({
    tr: `${place}: burada anahtar yok, anahtarsız bir geçit çalışmaz. Anahtar yedeğini --keys ve --keys-identity ile verin`,
    en: `${place}: there are no keys here, and no gateway runs without them. Give the backup of keys with --keys and --keys-identity`,
  }),
  RESTORE_LOST_RECORDS: ({ detail }) => ({
    tr: `Bu yedek, imzalanmış ya da yazılmış olandan kısa: ${detail}. Hiçbir şey yerine konmadı. Daha yeni bir yedek arayın; yoksa aynı komutu --accept-lost ve bu sayıyla verin: kısa günlük kapanır, bir sonraki açılır ve kayıp kayda geçer`,
    en: `This backup is shorter than what was signed or written: ${detail}. Nothing was put in place. Look for a newer backup; if there is none, give the same command with --accept-lost and this number: the short log is closed, the next one is opened, and the loss goes on record`,
  }),
  RESTORE_LOSS_DIFFERS: ({ detail }) => ({
    tr: `--accept-lost ile verilen sayı, kaybolan kayıtların sayısı değil: ${detail}. Hiçbir şey yerine konmadı. Sayıyı denetleyip yeniden verin`,
    en: `The number given with --accept-lost is not that of the records lost: ${detail}. Nothing was put in place. Check the number and give it again`,
  }),
  RESTORE_CONTRADICTS: ({ place, detail }) => ({
    tr: `${place}: imzalı bir kontrol noktası yedekteki günlüğün devamı ya da öncesi değil (${detail}); biri değiştirilmiş. Hiçbir şey yerine konmadı. İkisini de saklayın ve araştırın`,
    en: `${place}: a signed checkpoint does not belong to the log in the backup (${detail}); one of them was changed. Nothing was put in place. Keep both and find out which`,
  }),
  RESTORE_EVIDENCE_DIFFERS: ({ place }) => ({
    tr: `${place}: kanıt klasöründeki dosya yedektekinden farklı; biri değiştirilmiş. Hiçbir şey yerine konmadı. İkisini de saklayın ve araştırın`,
    en: `${place}: the file of the evidence folder differs from the one in the backup; one of them was changed. Nothing was put in place. Keep both and find out which`,
  }),
  RESTORE_NOT_WRITTEN: ({ place, detail }) => ({
    tr: `${place}: yazılamadı (${detail}). Klasörün sahibini ve boş disk alanını denetleyip aynı komutu yeniden verin`,
    en: `${place}: could not be written (${detail}). Check the owner of the folder and the free disk space, then give the same command again`,
  }),
} as const satisfies Record<string, Writer>;

/** Stable codes of what goes wrong with backups and restores. */
export type BackupCode = keyof typeof CATALOGUE;

/** A backup was not made, not believed or not put in place. Its code is its name; the sentences end with it. Exit code 1. */
export class BackupError extends Error {
  override readonly name: BackupCode;
  readonly messages: Sentence;

  constructor(code: BackupCode, { place = '?', detail = '?' }: BackupPlace, cause?: unknown) {
    const { tr, en } = CATALOGUE[code]({ place, detail });
    super(en, { cause });
    this.name = code;
    this.messages = { tr: `${tr}. [${code}]`, en: `${en}. [${code}]` };
  }
}

/** Code of a system error, e.g. `ENOSPC`, or the message of another one. */
export function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
