import { type FaultsError } from '../../shared/fault.ts';
import { storeFault } from '../store-fault.ts';

/** @param place where the missing master key was kept */
export function masterLost(place: string): FaultsError {
  return storeFault(
    'MASTER_KEY_LOST',
    place,
    {
      tr: 'ana anahtar yok, ama onunla sarılmış kayıt anahtarları duruyor',
      en: 'the master key is missing while record keys that it wraps are there',
    },
    {
      tr: 'Onu anahtarların ayrı yedeğinden geri yükleyin ya da ayarlarda eski yerini gösterin; yeni bir anahtar eski kayıtları açamaz.',
      en: 'Restore it from the separate backup of keys, or name its former place in the settings; a new one cannot open the old records.',
    },
  );
}

export function keysLost(file: string): FaultsError {
  return storeFault(
    'RECORD_KEYS_LOST',
    file,
    {
      tr: 'kayıt anahtarları yok, ama onlarla kapatılmış kayıtlar duruyor',
      en: 'the record keys are missing while records sealed under them are there',
    },
    {
      tr: 'Dosyayı anahtarların ayrı yedeğinden geri yükleyin; yeni bir anahtar o kayıtları açamaz.',
      en: 'Restore the file from the separate backup of keys; a new key cannot open those records.',
    },
  );
}

export function keysDamaged(file: string): FaultsError {
  return storeFault(
    'RECORD_KEYS_DAMAGED',
    file,
    {
      tr: 'kayıt anahtarları bu ana anahtarla açılamadı',
      en: 'the record keys do not open under this master key',
    },
    {
      tr: 'Dosyayı ve ana anahtarı anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Restore the file and the master key from the separate backup of keys.',
    },
  );
}

export function keysDestroyed(file: string): FaultsError {
  return storeFault(
    'RECORD_KEYS_DESTROYED',
    file,
    {
      tr: 'bu ayın kayıt anahtarları yok edildi; yenileri yapılmaz',
      en: 'the record keys of this month were destroyed; new ones are never made',
    },
    {
      tr: 'Sistem saatinin doğru olduğunu ve yok etme planının içinde bulunulan ayı kapsamadığını denetleyin.',
      en: 'Check that the system clock is right and that the plan of destruction does not cover the current month.',
    },
  );
}

export function folderBusy(file: string): FaultsError {
  return storeFault(
    'KEY_FOLDER_BUSY',
    file,
    {
      tr: 'anahtar klasöründe başka bir işlem çalışıyor',
      en: 'another process is at work in the key folder',
    },
    {
      tr: 'Süren anahtar değiştirme ya da yok etme işleminin bitmesini bekleyin, sonra yeniden deneyin.',
      en: 'Wait until the rotation or destruction that is under way has ended, then try again.',
    },
  );
}
