import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { OWNER_ONLY, writeNewFile } from '../shared/new-file.ts';
import { type Sentence } from '../shared/problem.ts';

/** A person's signing key in memory. */
export interface OperatorKey {
  readonly privateKey: KeyObject;
  /** SPKI, PEM: what the gateway registers. */
  readonly publicKey: string;
}

/**
 * Makes an Ed25519 key and writes it to a new file (PKCS#8, PEM, 0600) that is on disk when this returns.
 * @throws FaultsError when the file exists or cannot be written; a key is never overwritten
 */
export function createOperatorKey(file: string): OperatorKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeNewFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), OWNER_ONLY);
  } catch (cause) {
    throw keyFault(file, (cause as NodeJS.ErrnoException).code === 'EEXIST' ? EXISTS : UNWRITABLE);
  }
  return operatorKey(privateKey);
}

/**
 * Reads a key file that nobody but its owner may read.
 * @throws FaultsError when it is missing, open to others, or not an Ed25519 private key
 */
export function loadOperatorKey(file: string): OperatorKey {
  const text = readKeyText(file);
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw keyFault(file, OPEN_TO_OTHERS);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(text);
  } catch {
    throw keyFault(file, NOT_A_KEY);
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw keyFault(file, NOT_A_KEY);
  return operatorKey(privateKey);
}

/**
 * An Ed25519 public key in the one form that the register keeps.
 * @throws TypeError when the text is not such a key
 */
export function normalisePublicKey(pem: string): string {
  let key: KeyObject | undefined;
  try {
    key = createPublicKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType !== 'ed25519' || pem.includes('PRIVATE')) {
    throw new TypeError('not an Ed25519 public key in PEM form');
  }
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** Ed25519 signature, base64. */
export function signBytes(bytes: Buffer, key: OperatorKey): string {
  return sign(null, bytes, key.privateKey).toString('base64');
}

/** False for every signature, key or encoding that does not fit; never throws. */
export function verifyBytes(bytes: Buffer, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function operatorKey(privateKey: KeyObject): OperatorKey {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicKey };
}

function readKeyText(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw keyFault(file, (cause as NodeJS.ErrnoException).code === 'ENOENT' ? MISSING : UNREADABLE);
  }
}

interface KeyRule {
  readonly code: string;
  readonly message: Sentence;
  readonly remedy: Sentence;
}

function keyFault(file: string, rule: KeyRule): FaultsError {
  const fault: Fault = { ...rule, file, line: 0, key: '' };
  return new FaultsError([fault]);
}

const MISSING: KeyRule = {
  code: 'OPERATOR_KEY_MISSING',
  message: { tr: 'operatör anahtarı bu yerde yok', en: 'there is no operator key here' },
  remedy: {
    tr: 'Anahtarınızın yolunu --operator-key veya GECIT_OPERATOR_KEY ile gösterin.',
    en: 'Name your key file with --operator-key or GECIT_OPERATOR_KEY.',
  },
};
const UNREADABLE: KeyRule = {
  code: 'OPERATOR_KEY_UNREADABLE',
  message: { tr: 'operatör anahtarı okunamıyor', en: 'the operator key cannot be read' },
  remedy: {
    tr: 'Dosyanın sahibi olan kullanıcıyla çalıştırın.',
    en: 'Run the command as the user who owns the file.',
  },
};
const OPEN_TO_OTHERS: KeyRule = {
  code: 'OPERATOR_KEY_OPEN',
  message: { tr: 'operatör anahtarını başkaları da okuyabiliyor', en: 'others can read the operator key' },
  remedy: { tr: 'chmod 600 ile dosyayı yalnızca kendinize açın.', en: 'Close the file with chmod 600.' },
};
const NOT_A_KEY: KeyRule = {
  code: 'OPERATOR_KEY_INVALID',
  message: { tr: 'dosya bir Ed25519 özel anahtarı değil', en: 'the file is not an Ed25519 private key' },
  remedy: {
    tr: 'gecit operator add --create ile yapılmış anahtarı gösterin.',
    en: 'Name a key that gecit operator add --create has made.',
  },
};
const EXISTS: KeyRule = {
  code: 'OPERATOR_KEY_EXISTS',
  message: { tr: 'bu yerde zaten bir dosya var', en: 'a file already stands here' },
  remedy: {
    tr: 'Başka bir yol seçin; anahtarların üzerine yazılmaz.',
    en: 'Choose another path; keys are never overwritten.',
  },
};
const UNWRITABLE: KeyRule = {
  code: 'OPERATOR_KEY_UNWRITABLE',
  message: { tr: 'anahtar dosyası yazılamıyor', en: 'the key file cannot be written' },
  remedy: { tr: 'Yazabileceğiniz bir klasör seçin.', en: 'Choose a folder that you may write to.' },
};
