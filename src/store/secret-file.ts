import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FaultsError } from '../shared/fault.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { OWNER_ONLY, writeNewFile } from '../shared/new-file.ts';
import { errorCode, storeFault } from './store-fault.ts';

const ANYBODY_ELSE = 0o077;

/**
 * Writes a secret that no file holds yet; the folder is made for its owner only. The file appears whole or not at all,
 * and is on the disk when the call returns.
 * @returns false when the file exists already, be it made by another process at this moment
 * @throws FaultsError when folder or file cannot be written
 */
export function createSecretFile(file: string, text: string, calls: FileCalls = diskCalls): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeNewFile(file, text, OWNER_ONLY, calls);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && existsSync(file)) return false;
    throw notWritable(file, error);
  }
}

/**
 * Text of a secret file, or undefined when there is none.
 * @throws FaultsError when others than the owner may read it
 */
export function readSecretFile(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw notReadable(file, error);
  }
  try {
    // Windows has no such bits: there the folder's own rights protect the file.
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & ANYBODY_ELSE) !== 0)
      throw tooOpen(file);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Runs work on a secret file. @throws FaultsError KEY_FILE_NOT_WRITABLE in place of a system error */
export function unlessNotWritable<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw errorCode(error) === '' ? error : notWritable(file, error);
  }
}

function notWritable(file: string, cause: unknown): FaultsError {
  const code = errorCode(cause);
  return storeFault(
    'KEY_FILE_NOT_WRITABLE',
    file,
    { tr: `anahtar dosyası yazılamadı (${code})`, en: `the key file could not be written (${code})` },
    {
      tr: 'Klasörün yolunu, sahibini ve boş disk alanını denetleyin.',
      en: 'Check the path and the owner of the folder, and the free disk space.',
    },
  );
}

function notReadable(file: string, cause: unknown): FaultsError {
  const code = errorCode(cause);
  return storeFault(
    'KEY_FILE_NOT_READABLE',
    file,
    { tr: `anahtar dosyası okunamadı (${code})`, en: `the key file could not be read (${code})` },
    {
      tr: 'Geçidi, dosyanın sahibi olan kullanıcıyla çalıştırın.',
      en: 'Run the gateway as the user who owns the file.',
    },
  );
}

function tooOpen(file: string): FaultsError {
  return storeFault(
    'KEY_FILE_OPEN_TO_OTHERS',
    file,
    {
      tr: 'anahtar dosyasını sahibinden başkaları da okuyabiliyor',
      en: 'others than its owner may read the key file',
    },
    {
      tr: 'Dosyaya "chmod 600" uygulayın ve anahtarın başkasının eline geçip geçmediğini araştırın.',
      en: 'Apply "chmod 600" to the file, and find out whether the key has leaked.',
    },
  );
}
