import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type FaultsError } from '../shared/fault.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';
import { storeFault } from './store-fault.ts';

/**
 * Keys of 256 bits: `master` wraps record keys, in its first generation or a later one; `credential` hashes secrets and
 * tokens.
 */
export type RootKeyName = 'master' | `master-${string}` | 'credential';

const HEX_OF_32_BYTES = /^[0-9a-f]{64}\n?$/;

/**
 * Makes the key unless it is there.
 * @returns the key, 32 bytes
 * @throws FaultsError when its file cannot be written or read
 */
export function ensureRootKey(folder: string, name: RootKeyName): Buffer {
  createSecretFile(rootKeyFile(folder, name), `${randomBytes(32).toString('hex')}\n`);
  return readRootKey(folder, name);
}

/** @throws FaultsError when the file is missing, is no key, or may be read by others than its owner */
export function readRootKey(folder: string, name: RootKeyName): Buffer {
  const file = rootKeyFile(folder, name);
  const text = readSecretFile(file);
  if (text === undefined) throw rootKeyMissing(file);
  if (!HEX_OF_32_BYTES.test(text)) throw noKey(file);
  return Buffer.from(text.trim(), 'hex');
}

export function rootKeyFile(folder: string, name: RootKeyName): string {
  return join(folder, `${name}.key`);
}

export function rootKeyMissing(file: string): FaultsError {
  return storeFault(
    'KEY_FILE_MISSING',
    file,
    { tr: 'anahtar dosyası yok', en: 'the key file is missing' },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse dosyayı anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Run "gecit init" for a new installation; otherwise restore the file from the separate backup of keys.',
    },
  );
}

function noKey(file: string): FaultsError {
  return storeFault(
    'KEY_FILE_DAMAGED',
    file,
    {
      tr: 'dosyada 64 onaltılık basamaklı bir anahtar yok',
      en: 'the file holds no key of 64 hexadecimal digits',
    },
    {
      tr: 'Dosyayı anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Restore the file from the separate backup of keys.',
    },
  );
}
