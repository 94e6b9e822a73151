import { type FaultsError } from '../../shared/fault.ts';
import { errorCode, storeFault } from '../store-fault.ts';
import { errorNumber } from './server-errors.ts';

/** The server cannot be asked, or does not let us in. */
export function unreachable(place: string, error: unknown): FaultsError {
  const code = errorCode(error) || String(errorNumber(error));
  return storeFault(
    'DATABASE_UNREACHABLE',
    place,
    {
      tr: `veritabanı sunucusuna ulaşılamıyor ya da bağlantı reddedildi (${code})`,
      en: `the database server cannot be reached, or refuses the connection (${code})`,
    },
    {
      tr: 'Adresi, kullanıcıyı, parolayı, sertifikayı ve sunucunun çalıştığını denetleyin.',
      en: 'Check address, user, password, certificate, and that the server runs.',
    },
  );
}

/** The server is set in a way under which records would not be durable or exact. */
export function unsuitable(place: string, what: string, statement: string): FaultsError {
  return storeFault(
    'DATABASE_UNSUITABLE',
    place,
    {
      tr: `veritabanı uygun ayarda değil: ${what}`,
      en: `the database is not set as it must be: ${what}`,
    },
    {
      tr: `Veritabanı yöneticisi şunu çalıştırmalı: ${statement}`,
      en: `The database administrator should run: ${statement}`,
    },
  );
}

/** The database has no schema of the gateway yet. */
export function noSchema(place: string): FaultsError {
  return storeFault(
    'DATABASE_MISSING',
    place,
    { tr: 'veritabanında Geçit tabloları yok', en: 'the database has no tables of the gateway' },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse adresi denetleyin ya da yedeği geri yükleyin.',
      en: 'Run "gecit init" for a new installation; otherwise check the address, or restore the backup.',
    },
  );
}
