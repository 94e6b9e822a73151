import { type FaultsError } from '../shared/fault.ts';
import { errorCode, storeFault } from './store-fault.ts';

/** There is no database file. */
export function missing(file: string): FaultsError {
  return storeFault(
    'DATABASE_MISSING',
    file,
    { tr: 'veritabanı dosyası yok', en: 'there is no database file' },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse dosyayı yedekten geri yükleyin.',
      en: 'Run "gecit init" for a new installation, or restore the file from its backup.',
    },
  );
}

/** A file or folder that the system does not let us write. */
export function notWritable(file: string, cause: unknown): FaultsError {
  const code = errorCode(cause);
  return storeFault(
    'DATABASE_NOT_WRITABLE',
    file,
    {
      tr: `veritabanı dosyası ya da klasörü yazılamıyor (${code})`,
      en: `the database file or its folder cannot be written (${code})`,
    },
    {
      tr: 'Klasörün yolunu, sahibini ve boş disk alanını denetleyin.',
      en: 'Check the path and the owner of the folder, and the free disk space.',
    },
  );
}

/** Without its side files a database in WAL mode can be read only by who may make them. */
export function notReadable(file: string, cause: unknown): FaultsError {
  const code = errorCode(cause);
  return storeFault(
    'DATABASE_NOT_READABLE',
    file,
    {
      tr: `veritabanı dosyası okunamıyor (${code})`,
      en: `the database file cannot be read (${code})`,
    },
    {
      tr: 'Dosyayı okuma hakkınız olmalı. Klasör salt okunursa dosyayı, yanındaki -wal dosyasıyla birlikte, yazabildiğiniz bir klasöre kopyalayıp GECIT_DATABASE_URL ile o kopyayı gösterin.',
      en: 'You must be allowed to read the file. Where its folder is read-only, copy the file, with the -wal file beside it, to a folder that you may write, and name the copy with GECIT_DATABASE_URL.',
    },
  );
}

/** The file holds something else, or is beyond reading. */
export function notOurs(file: string): FaultsError {
  return storeFault(
    'DATABASE_NOT_OURS',
    file,
    {
      tr: 'dosya bir Geçit veritabanı değil ya da bozulmuş',
      en: 'the file is no database of the gateway, or it is damaged',
    },
    {
      tr: 'Ayarlardaki veritabanı adresini denetleyin ya da dosyayı yedekten geri yükleyin.',
      en: 'Check the database address in the settings, or restore the file from its backup.',
    },
  );
}

/** Somebody else holds the database for longer than we wait. */
export function inUse(file: string): FaultsError {
  return storeFault(
    'DATABASE_IN_USE',
    file,
    { tr: 'veritabanı başka bir işlem tarafından kilitli', en: 'the database is locked by another process' },
    {
      tr: 'Öteki işlemin bitmesini bekleyip yeniden deneyin.',
      en: 'Wait until the other process has finished, then try again.',
    },
  );
}
