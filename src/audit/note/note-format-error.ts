import { type Sentence } from '../../shared/problem.ts';

const CATALOGUE = {
  KEY_MALFORMED: {
    tr: 'Doğrulama anahtarı "ad+kimlik+base64" biçiminde değil. Anahtarı kaynağından eksiksiz yeniden kopyalayın.',
    en: 'The verifier key does not have the form "name+id+base64". Copy it again from its source, whole.',
  },
  KEY_NAME_INVALID: {
    tr: 'Anahtar adı boş ya da boşluk, "+" veya denetim karakteri içeriyor. Şemasız bir adres kullanın, örneğin example.org/log.',
    en: 'The name of the key is empty or holds a space, "+" or a control character. Use an address without scheme, e.g. example.org/log.',
  },
  KEY_ID_DIFFERS: {
    tr: 'Anahtarın kimliği adına ve açık anahtarına uymuyor: biri değiştirilmiş. Anahtarı kaynağından yeniden kopyalayın.',
    en: 'The id of the key does not belong to its name and public key: one of them was changed. Copy the key again from its source.',
  },
  KEY_TYPE_UNKNOWN: {
    tr: 'Anahtarın türü desteklenmiyor: yalnız Ed25519 (01) ve Ed25519 tanık imzası (04) doğrulanabilir.',
    en: 'The type of the key is not supported: only Ed25519 (01) and Ed25519 cosignatures (04) can be verified.',
  },
  KEY_LENGTH_WRONG: {
    tr: 'Açık anahtar ya da tohum 32 bayt değil. Anahtarı kaynağından yeniden alın.',
    en: 'The public key or seed does not have 32 bytes. Get the key again from its source.',
  },
  KEYS_AMBIGUOUS: {
    tr: 'Verilen anahtarlardan ikisi aynı adı ve kimliği taşıyor ama farklı. Hangisine güvenildiğini belirleyip ötekini çıkarın.',
    en: 'Two of the given keys bear the same name and id but differ. Find out which one is trusted and remove the other.',
  },
  NOTE_TOO_LARGE: {
    tr: 'İmzalı not ya da kanıt 1 MiB sınırını aşıyor. Doğru dosyayı verdiğinizi denetleyin.',
    en: 'The signed note or proof is larger than 1 MiB. Check that it is the right file.',
  },
  NOTE_NOT_TEXT: {
    tr: 'Metin geçerli UTF-8 değil ya da satır sonundan başka denetim karakteri içeriyor. Dosyayı bayt bayt, dönüştürmeden kopyalayın.',
    en: 'The text is not valid UTF-8 or holds a control character other than a newline. Copy the file byte by byte, without conversion.',
  },
  NOTE_MALFORMED: {
    tr: 'İmzalı notta metin, boş satır ve satır sonuyla biten imza satırları bekleniyor. Dosyayı eksiksiz yeniden alın.',
    en: 'A signed note is text, an empty line and signature lines, each ended by a newline. Get the file again, whole.',
  },
  NOTE_SIGNATURE_MALFORMED: {
    tr: 'Bir imza satırı "— ad base64" biçiminde değil. Dosyayı bayt bayt yeniden alın.',
    en: 'A signature line does not have the form "— name base64". Get the file again, byte by byte.',
  },
  NOTE_SIGNATURES_TOO_MANY: {
    tr: "Notta 100'den fazla imza satırı var. Doğru dosyayı verdiğinizi denetleyin.",
    en: 'The note has more than 100 signature lines. Check that it is the right file.',
  },
  NOTE_SIGNATURE_INVALID: {
    tr: 'Bilinen bir anahtarın imzası tutmuyor: metin ya da imza değiştirilmiş. Bu nota güvenmeyin.',
    en: 'The signature of a known key does not hold: the text or the signature was changed. Do not trust this note.',
  },
  NOTE_SIGNATURE_REPEATED: {
    tr: 'Bilinen bir anahtarın imzası birden çok kez yazılmış. Notu imzalayandan yeniden alın.',
    en: 'The signature of a known key stands more than once. Get the note again from its signer.',
  },
  NOTE_UNTRUSTED: {
    tr: 'Notta güvenilen anahtarlardan hiçbirinin imzası yok. Doğru anahtarları verdiğinizi denetleyin.',
    en: 'The note bears no signature of a trusted key. Check that the right keys were given.',
  },
  COSIGNATURE_TIME_INVALID: {
    tr: 'Tanık imzasının zamanı 0 ile 2^53-1 saniye arasında bir tam sayı olmalı.',
    en: 'The time of a cosignature must be a whole number of seconds between 0 and 2^53-1.',
  },
  CHECKPOINT_MALFORMED: {
    tr: 'Kontrol noktası üç satırdan oluşur: günlüğün adı, boyu, kökü. Dosyayı eksiksiz yeniden alın.',
    en: 'A checkpoint has three lines: origin, size, root. Get the file again, whole.',
  },
  CHECKPOINT_SIZE_MALFORMED: {
    tr: 'Kontrol noktasının boyu başında sıfır olmayan bir ondalık sayı değil.',
    en: 'The size of the checkpoint is not a decimal number without leading zeros.',
  },
  CHECKPOINT_SIZE_TOO_LARGE: {
    tr: "Kontrol noktasının boyu 2^53-1'den büyük. Böyle bir günlük bu araçla doğrulanamaz.",
    en: 'The size of the checkpoint is above 2^53-1. Such a log cannot be verified with this tool.',
  },
  CHECKPOINT_ROOT_MALFORMED: {
    tr: 'Kontrol noktasının kökü 32 baytın standart base64 yazımı değil.',
    en: 'The root of the checkpoint is not the standard base64 of 32 bytes.',
  },
  CHECKPOINT_EXTENDED: {
    tr: 'Kontrol noktasında üç satırdan sonra ek satırlar var. Ek satırlar doğrulanamadığı için kabul edilmez.',
    en: 'The checkpoint has lines beyond its three. They cannot be verified, so they are not accepted.',
  },
  PROOF_MALFORMED: {
    tr: 'Dosya bir c2sp.org/tlog-proof@v1 kanıtı değil ya da değiştirilmiş. Kanıtı günlükten yeniden alın.',
    en: 'The file is no c2sp.org/tlog-proof@v1 proof, or was changed. Get the proof again from the log.',
  },
  PROOF_INDEX_TOO_LARGE: {
    tr: "Kanıttaki sıra numarası 2^53-1'den büyük. Böyle bir günlük bu araçla doğrulanamaz.",
    en: 'The index in the proof is above 2^53-1. Such a log cannot be verified with this tool.',
  },
} as const satisfies Record<string, Sentence>;

/** Every way in which a key, a note, a checkpoint or a proof file can be refused. */
export type NoteFault = keyof typeof CATALOGUE;

/** A key, signed note, checkpoint or proof file is not well-formed or does not verify. */
export class NoteFormatError extends Error {
  override readonly name = 'NoteFormatError';
  readonly code: NoteFault;
  readonly messages: Sentence;

  constructor(code: NoteFault) {
    super(CATALOGUE[code].en);
    this.code = code;
    this.messages = CATALOGUE[code];
  }
}
