import { readFileSync } from 'node:fs';
import { Decrypter, Encrypter } from 'age-encryption';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';
import { causeText } from './backup-error.ts';

/** Largest identity file that is read. */
const MAX_IDENTITY_BYTES = 64 * 1024;

/**
 * Refuses recipients that are none, and one that would read both data and keys: whoever finds one archive must not open the
 * other.
 * @param recipients age recipients, `age1…`
 * @param keysRecipients of the archive of keys; undefined where none is made
 * @throws FaultsError BACKUP_RECIPIENT_MISSING, BACKUP_RECIPIENT_INVALID, BACKUP_RECIPIENT_SHARED
 */
export function requireRecipients(
  recipients: readonly string[],
  keysRecipients: readonly string[] | undefined,
): void {
  const faults = [
    ...recipientFaults(recipients, '--recipient'),
    ...(keysRecipients === undefined ? [] : recipientFaults(keysRecipients, '--keys-recipient')),
    ...recipients
      .filter((one) => keysRecipients?.some((other) => sameRecipient(one, other)) === true)
      .map((one) => fault('BACKUP_RECIPIENT_SHARED', one, SHARED)),
  ];
  if (faults.length > 0) throw new FaultsError(faults);
}

/** @throws Error when one is no recipient */
export function encrypterFor(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

/**
 * Reads identities as `age-keygen` writes them: one a line, comments begin with `#`.
 * @throws FaultsError BACKUP_IDENTITY_INVALID
 */
export function decrypterOf(file: string): Decrypter {
  const decrypter = new Decrypter();
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_IDENTITY_BYTES) throw new RangeError('too large');
    const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    if (lines.length === 0) throw new SyntaxError('no identity');
    for (const line of lines) decrypter.addIdentity(line.trim());
    return decrypter;
  } catch (error) {
    throw new FaultsError([fault('BACKUP_IDENTITY_INVALID', file, notAnIdentity(error))]);
  }
}

function recipientFaults(recipients: readonly string[], option: string): Fault[] {
  if (recipients.length === 0) return [fault('BACKUP_RECIPIENT_MISSING', option, MISSING)];
  return recipients
    .filter((recipient) => !isRecipient(recipient))
    .map((recipient) => fault('BACKUP_RECIPIENT_INVALID', recipient.slice(0, 100), INVALID));
}

function isRecipient(recipient: string): boolean {
  try {
    encrypterFor([recipient]);
    return true;
  } catch {
    return false;
  }
}

/** Bech32 has one value in upper and in lower case. */
function sameRecipient(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

interface Rule {
  readonly message: Sentence;
  readonly remedy: Sentence;
}

function fault(code: string, file: string, rule: Rule): Fault {
  return { code, file, line: 0, key: '', ...rule };
}

function notAnIdentity(cause: unknown): Rule {
  const why = causeText(cause);
  return {
    message: {
      tr: `dosyada okunabilen bir age kimliği yok (${why})`,
      en: `the file holds no age identity that can be read (${why})`,
    },
    remedy: {
      tr: 'age-keygen ile yapılmış, AGE-SECRET-KEY-1 ile başlayan bir satır içeren dosyayı gösterin.',
      en: 'Name a file that age-keygen made; it holds a line that begins with AGE-SECRET-KEY-1.',
    },
  };
}

const MISSING: Rule = {
  message: { tr: 'yedeğin kime şifreleneceği belirtilmemiş', en: 'nobody is named for whom to encrypt' },
  remedy: {
    tr: 'Bir age alıcısı (age1…) verin ya da ayarlarda backup bölümüne yazın. Anahtar çifti age-keygen ile yapılır.',
    en: 'Give an age recipient (age1…), or write it into the section backup of the settings. age-keygen makes the pair of keys.',
  },
};
const INVALID: Rule = {
  message: { tr: 'bu bir age alıcısı değil', en: 'this is no age recipient' },
  remedy: {
    tr: 'age-keygen -y ile yazdırılan, age1 ile başlayan satırı verin.',
    en: 'Give the line that age-keygen -y prints; it begins with age1.',
  },
};
const SHARED: Rule = {
  message: {
    tr: 'veri yedeği ile anahtar yedeği aynı alıcıya şifrelenemez',
    en: 'the backup of data and that of keys are never encrypted for the same recipient',
  },
  remedy: {
    tr: 'Anahtar yedeği için başka bir kişinin alıcısını verin: ikisini birden açan, kimin kimi sorduğunu okur.',
    en: 'Give the recipient of another person for the backup of keys: whoever opens both reads who asked about whom.',
  },
};
