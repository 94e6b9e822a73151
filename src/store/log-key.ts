import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '../audit/checkpoint-error.ts';
import { createNoteSigner, type NoteSigner } from '../audit/note/note-signer.ts';
import { type FaultsError } from '../shared/fault.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';
import { storeFault } from './store-fault.ts';

const HEX_OF_32_BYTES = /^[0-9a-f]{64}\n?$/;

/**
 * Makes the key that signs the checkpoints of a log unless it is there, and gives it. The key is on the disk before
 * anything names it; a key whose log was never made does no harm and serves the next try.
 * @param origin also the name of the key
 * @throws FaultsError when its file cannot be written or read
 */
export function ensureLogKey(folder: string, origin: string, calls: FileCalls = diskCalls): NoteSigner {
  createSecretFile(logKeyFile(folder, origin), `${randomBytes(32).toString('hex')}\n`, calls);
  return readLogKey(folder, origin);
}

/** Signs the checkpoints of one log. */
export type LogSigner = Pick<NoteSigner, 'vkey' | 'sign'>;

/**
 * Signs for a log that has ended. Where its key is lost, what was signed before can still be read and proven; whatever
 * would be signed anew throws CheckpointError LOG_KEY_MISSING.
 * @param vkey the key that the log names
 * @throws FaultsError as `readLogKey`, but for a file that is missing
 */
export function signerOfEnded(folder: string, origin: string, vkey: string): LogSigner {
  if (existsSync(logKeyFile(folder, origin))) return readLogKey(folder, origin);
  const sign = (): never => {
    throw new CheckpointError('LOG_KEY_MISSING');
  };
  return { vkey, sign };
}

/** @throws FaultsError when the file is missing, is no key, or may be read by others than its owner */
export function readLogKey(folder: string, origin: string): NoteSigner {
  const file = logKeyFile(folder, origin);
  const text = readSecretFile(file);
  if (text === undefined) throw missing(file);
  if (!HEX_OF_32_BYTES.test(text)) throw noKey(file);
  return createNoteSigner(origin, Buffer.from(text.trim(), 'hex'));
}

/** The origin as one name of a file. */
export function logKeyFile(folder: string, origin: string): string {
  return join(folder, `log-${origin.replaceAll('/', '_')}.key`);
}

function missing(file: string): FaultsError {
  return storeFault(
    'LOG_KEY_MISSING',
    file,
    {
      tr: 'günlüğün imza anahtarı yok',
      en: 'the key that signs the checkpoints of the log is missing',
    },
    {
      tr: 'Dosyayı anahtarların ayrı yedeğinden geri yükleyin. Anahtar gerçekten kayıpsa "gecit audit rollover" ile yeni bir günlüğe geçin.',
      en: 'Restore the file from the separate backup of keys. If the key is really lost, open the next log with "gecit audit rollover".',
    },
  );
}

/** The key in the file is not the one that the log names. */
export function otherKey(file: string): FaultsError {
  return storeFault(
    'LOG_KEY_OTHER',
    file,
    {
      tr: 'imza anahtarı, günlükte adı geçen anahtar değil',
      en: 'the signing key is not the one that the log names',
    },
    {
      tr: 'Bu günlüğün anahtar dosyasını anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Restore the key file of this log from the separate backup of keys.',
    },
  );
}

function noKey(file: string): FaultsError {
  return storeFault(
    'LOG_KEY_DAMAGED',
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
