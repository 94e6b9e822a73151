import { existsSync, readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type KeyVault, type RecordKeys } from '../audit/key-vault.ts';
import { isKid } from '../audit/retention.ts';
import { type FaultsError } from '../shared/fault.ts';
import { type KidsInUse } from './kid-table.ts';
import { ensureRootKey, readRootKey, rootKeyFile } from './root-key.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';
import { errorCode, storeFault } from './store-fault.ts';
import { unwrapKeys, wrapKeys } from './wrapped-keys.ts';

const SUFFIX = '.json';

/**
 * Makes the key that wraps all record keys unless it is there. Only `init` does.
 * @throws FaultsError when wrapped keys stand in the folder without it: a new one would never open them
 */
export function createMasterKey(folder: string): void {
  if (!existsSync(rootKeyFile(folder, 'master')) && kidsIn(folder).length > 0) throw masterLost(folder);
  ensureRootKey(folder, 'master');
}

/**
 * Opens the vault of record keys in a folder: one file per kid, wrapped by `master.key`.
 * @param kids what the database says of the keys that its sealed parts need
 * @param today `YYYY-MM-DD` in the zone of the log's day
 * @throws FaultsError when the master key is missing, damaged or open to others, or keys of this month are lost
 */
export function openKeyFiles(folder: string, kids: KidsInUse, today: string): KeyVault {
  if (!existsSync(rootKeyFile(folder, 'master')) && kidsIn(folder).length > 0) throw masterLost(folder);
  const vault = new KeyFiles(folder, readRootKey(folder, 'master'), kids);
  for (const kid of kids.ofMonth(today.slice(0, 7))) vault.keysFor(kid);
  return vault;
}

class KeyFiles implements KeyVault {
  readonly #folder: string;
  readonly #masterKey: Buffer;
  readonly #kids: KidsInUse;
  readonly #known = new Map<string, RecordKeys>();

  constructor(folder: string, masterKey: Buffer, kids: KidsInUse) {
    this.#folder = folder;
    this.#masterKey = masterKey;
    this.#kids = kids;
  }

  keysFor(kid: string): RecordKeys {
    const known = this.#known.get(kid);
    // Sealing under keys whose file has gone would seal records that nobody ever opens.
    if (known !== undefined && existsSync(this.#fileOf(kid))) return known;
    const keys = this.#read(kid) ?? this.#make(kid);
    this.#known.set(kid, keys);
    return keys;
  }

  /** Looks at the file each time: keys that another process destroyed must not live on in memory. */
  find(kid: string): RecordKeys | undefined {
    const keys = this.#read(kid);
    if (keys === undefined) this.#known.delete(kid);
    return keys;
  }

  kids(): readonly string[] {
    return kidsIn(this.#folder);
  }

  #make(kid: string): RecordKeys {
    if (this.#kids.has(kid)) throw lost(this.#fileOf(kid));
    const keys = { kid, dataKey: randomBytes(32), indexKey: randomBytes(32) };
    if (createSecretFile(this.#fileOf(kid), wrapKeys(this.#masterKey, keys))) return keys;
    const others = this.#read(kid);
    if (others === undefined) throw damaged(this.#fileOf(kid));
    return others;
  }

  #read(kid: string): RecordKeys | undefined {
    const file = this.#fileOf(kid);
    const text = readSecretFile(file);
    if (text === undefined) return undefined;
    try {
      return unwrapKeys(this.#masterKey, kid, text);
    } catch {
      throw damaged(file);
    }
  }

  #fileOf(kid: string): string {
    if (!isKid(kid)) throw new RangeError('a kid is <class>-<period>-<YYYY-MM>');
    return join(this.#folder, kid + SUFFIX);
  }
}

function kidsIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
    return names
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter(isKid)
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function masterLost(folder: string): FaultsError {
  return storeFault(
    'MASTER_KEY_LOST',
    rootKeyFile(folder, 'master'),
    {
      tr: 'ana anahtar yok, ama onunla sarılmış kayıt anahtarları duruyor',
      en: 'the master key is missing while record keys that it wraps are there',
    },
    {
      tr: 'master.key dosyasını anahtarların ayrı yedeğinden geri yükleyin; yeni bir anahtar eski kayıtları açamaz.',
      en: 'Restore master.key from the separate backup of keys; a new one cannot open the old records.',
    },
  );
}

function lost(file: string): FaultsError {
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

function damaged(file: string): FaultsError {
  return storeFault(
    'RECORD_KEYS_DAMAGED',
    file,
    {
      tr: 'kayıt anahtarları bu ana anahtarla açılamadı',
      en: 'the record keys do not open under this master key',
    },
    {
      tr: 'Dosyayı ve master.key dosyasını anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Restore the file and master.key from the separate backup of keys.',
    },
  );
}
