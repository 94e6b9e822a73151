import { type Fault } from '../../shared/fault.ts';
import { type Sentence } from '../../shared/problem.ts';

const CATALOGUE = {
  POLICY_TOO_LARGE: {
    message: { tr: "dosya 256 KiB'den büyük", en: 'the file is larger than 256 KiB' },
    remedy: { tr: 'Doğru dosyayı verin.', en: 'Give the right file.' },
  },
  POLICY_CHARACTER: {
    message: {
      tr: 'satırda sekmeden başka denetim karakteri ya da geçersiz UTF-8 var',
      en: 'the line holds a control character other than a tab, or invalid UTF-8',
    },
    remedy: {
      tr: 'Dosyayı UTF-8 ve yalın satır sonlarıyla kaydedin.',
      en: 'Save the file as UTF-8 with plain line endings.',
    },
  },
  POLICY_LINE_UNKNOWN: {
    message: {
      tr: 'satır log, witness, group ya da quorum ile başlamıyor',
      en: 'the line begins with none of log, witness, group, quorum',
    },
    remedy: {
      tr: 'Satırı düzeltin; açıklama satırları # ile başlar.',
      en: 'Correct it; a comment begins with #.',
    },
  },
  POLICY_LINE_MALFORMED: {
    message: { tr: 'satırda eksik ya da fazla öğe var', en: 'the line has too few or too many items' },
    remedy: {
      tr: 'Biçim: log <vkey> [url], witness <ad> <vkey> [url], group <ad> all|any|<k> <adlar…>, quorum <ad>.',
      en: 'Write log <vkey> [url], witness <name> <vkey> [url], group <name> all|any|<k> <names…> or quorum <name>.',
    },
  },
  POLICY_KEY_MALFORMED: {
    message: { tr: 'doğrulama anahtarı geçerli değil', en: 'the verifier key is not valid' },
    remedy: { tr: 'Anahtarı kaynağından yeniden kopyalayın.', en: 'Copy the key again from its source.' },
  },
  POLICY_KEY_TYPE: {
    message: { tr: 'anahtarın türü bu satıra uymuyor', en: 'the type of the key does not fit this line' },
    remedy: {
      tr: 'Günlük anahtarı Ed25519 (01), tanık anahtarı tanık imzası (04) türünde olmalı.',
      en: 'The key of a log is Ed25519 (01), that of a witness is for cosignatures (04).',
    },
  },
  POLICY_KEY_DUPLICATE: {
    message: {
      tr: 'aynı açık anahtar daha önce yazılmış',
      en: 'the same public key stands on an earlier line',
    },
    remedy: { tr: 'Satırlardan birini çıkarın.', en: 'Remove one of the lines.' },
  },
  POLICY_NAME_DUPLICATE: {
    message: { tr: 'bu ad daha önce verilmiş', en: 'the name is taken' },
    remedy: {
      tr: 'Tanık ve grup adları birbirinden farklı olmalı; "none" ad olamaz.',
      en: 'Give each witness and group a name of its own, other than "none".',
    },
  },
  POLICY_NAME_UNKNOWN: {
    message: {
      tr: 'bu ad daha önceki bir satırda tanımlanmamış',
      en: 'the name is not defined on an earlier line',
    },
    remedy: { tr: 'Adı düzeltin ya da önce tanımlayın.', en: 'Correct the name or define it before.' },
  },
  POLICY_MEMBER_REPEATED: {
    message: { tr: 'bu ad zaten bir grubun üyesi', en: 'the name is a member of a group already' },
    remedy: { tr: 'Her adı en çok bir grupta anın.', en: 'List each name in one group at most.' },
  },
  POLICY_THRESHOLD: {
    message: {
      tr: 'eşik all, any ya da 1 ile üye sayısı arasında bir sayı değil',
      en: 'the threshold is not all, any or a number from 1 to the number of members',
    },
    remedy: { tr: 'Eşiği düzeltin.', en: 'Correct the threshold.' },
  },
  POLICY_QUORUM_COUNT: {
    message: {
      tr: 'dosyada tam bir quorum satırı olmalı',
      en: 'the file must have exactly one quorum line',
    },
    remedy: {
      tr: 'Bir quorum satırı bırakın; tanık istenmiyorsa quorum none yazın.',
      en: 'Leave one quorum line; write quorum none where no witness is required.',
    },
  },
} as const satisfies Record<string, { readonly message: Sentence; readonly remedy: Sentence }>;

/** Every way in which a line of a policy can be wrong. */
export type PolicyFault = keyof typeof CATALOGUE;

/**
 * One fault of a policy file.
 * @param line 1-based; 0 for the file as a whole
 * @param key the item at fault, or empty
 */
export function policyFault(code: PolicyFault, file: string, line: number, key = ''): Fault {
  return { code, file, line, key, ...CATALOGUE[code] };
}
