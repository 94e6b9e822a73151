import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { FaultsError } from './fault.ts';
import { type Sentence } from './problem.ts';

const ANYBODY_ELSE = 0o077;
const MAX_PASSWORD_BYTES = 1024;

/**
 * The password in a file, without the end of its line.
 * @throws FaultsError when the file is missing, cannot be read, is open to others than its owner, or holds no password
 */
export function readPasswordFile(file: string): string {
  const descriptor = open(file);
  try {
    const status = fstatSync(descriptor);
    // Windows has no such bits: there the folder's own rights protect the file.
    if (process.platform !== 'win32' && (status.mode & ANYBODY_ELSE) !== 0)
      throw fault(file, 'PASSWORD_FILE_OPEN_TO_OTHERS', OPEN_TO_OTHERS, CLOSE_IT);
    const bounded = status.isFile() && status.size <= MAX_PASSWORD_BYTES;
    const password = bounded ? readFileSync(descriptor, 'utf8').replace(/\r?\n$/, '') : '';
    if (!/^[^\r\n]+$/.test(password)) throw fault(file, 'PASSWORD_FILE_INVALID', NO_PASSWORD, WRITE_IT);
    return password;
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string): number {
  try {
    // A pipe of this name must not hold the start for ever.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw fault(
      file,
      'PASSWORD_FILE_NOT_READABLE',
      { tr: `parola dosyası okunamadı (${code})`, en: `the password file could not be read (${code})` },
      WRITE_IT,
    );
  }
}

function fault(file: string, code: string, message: Sentence, remedy: Sentence): FaultsError {
  return new FaultsError([{ code, file, line: 0, key: '', message, remedy }]);
}

const OPEN_TO_OTHERS = {
  tr: 'parola dosyasını sahibinden başkaları da okuyabiliyor',
  en: 'others than its owner may read the password file',
};
const CLOSE_IT = {
  tr: 'Dosyaya "chmod 600" uygulayın ve parolayı değiştirin: başkası görmüş olabilir.',
  en: 'Apply "chmod 600" to the file, and change the password: somebody may have seen it.',
};
const NO_PASSWORD = {
  tr: 'dosyada tek satırlık bir parola yok',
  en: 'the file does not hold a password on one line',
};
const WRITE_IT = {
  tr: 'Parolayı tek satır olarak bu dosyaya yazın; dosya geçidi çalıştıran kullanıcının olmalı ve "chmod 600" uygulanmalı.',
  en: 'Write the password into this file as its only line; the file must belong to the user who runs the gateway, with "chmod 600".',
};
