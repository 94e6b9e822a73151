import { type FaultsError } from '../shared/fault.ts';
import { storeFault } from './store-fault.ts';

/** The database holds a log already, of this node where several share it. @param place names the database */
export function logExists(place: string): FaultsError {
  return storeFault(
    'LOG_EXISTS',
    place,
    { tr: 'veritabanında zaten bir kayıt var', en: 'the database holds a log already' },
    {
      tr: 'Var olan kaydın üzerine yazılmaz; yeni kurulum için başka bir veritabanı seçin.',
      en: 'An existing log is never written over; choose another database for a new installation.',
    },
  );
}
