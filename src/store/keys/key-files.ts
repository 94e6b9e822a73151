import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { type KeyVault, type OpeningKeys, type RecordKeys } from '../../audit/key-vault.ts';
import { diskCalls, type FileCalls } from '../../shared/file-calls.ts';
import { type KidsInUse } from '../kid-table.ts';
import { createSecretFile } from '../secret-file.ts';
import { keysDamaged, keysDestroyed, keysLost } from './key-faults.ts';
import { isDestroyed, keyFileOf, kidsIn } from './key-folder.ts';
import { exclusively } from './key-lock.ts';
import { type KeyWrapper, type MasterKeys } from './key-wrapper.ts';
import { MasterKeyFiles } from './master-key-files.ts';
import { readKeys } from './read-keys.ts';
import { type SearchLimit, searchesOfProcess } from './search-limit.ts';
import { searchTagger } from './search-tag.ts';
import { type KeyPair, wrapKeys } from './wrapped-keys.ts';

/** Parts that are usually these: the master key in files of the folder, the search limit of the process, the disk. */
export interface VaultParts {
  readonly masters?: MasterKeys;
  readonly searches?: SearchLimit;
  readonly calls?: FileCalls;
}

/**
 * Makes the first generation of the key that wraps all record keys unless there is one. Only `init` does.
 * @throws FaultsError when wrapped keys stand in the folder without it: a new one would never open them
 */
export function createMasterKey(folder: string, masters: MasterKeys = new MasterKeyFiles(folder)): void {
  requireMasterOf(folder, masters);
  exclusively(folder, 'keys', () => {
    if (masters.ids().length === 0) masters.make();
  });
}

/**
 * Opens the vault of record keys in a folder: one file per kid, wrapped by a generation of the master key. Works beside other
 * processes, and in the middle of a rotation.
 * @param kids what the database says of the keys that its sealed parts need
 * @param today `YYYY-MM-DD` in the zone of the log's day
 * @throws FaultsError when the master key is missing, damaged or open to others, or keys of this month are lost
 */
export function openKeyFiles(
  folder: string,
  kids: KidsInUse,
  today: string,
  parts: VaultParts = {},
): KeyVault {
  const { masters = new MasterKeyFiles(folder), searches = searchesOfProcess, calls = diskCalls } = parts;
  requireMasterOf(folder, masters);
  newestWrapper(masters);
  const vault = new KeyFiles(folder, { masters, kids, searches, calls });
  for (const kid of kids.ofMonth(today.slice(0, 7))) vault.keysFor(kid);
  return vault;
}

/** Keys in memory and the stamp of the file they were read from. */
interface Known {
  readonly stamp: string;
  readonly keys: RecordKeys;
}

class KeyFiles implements KeyVault {
  readonly #folder: string;
  readonly #masters: MasterKeys;
  readonly #kids: KidsInUse;
  readonly #searches: SearchLimit;
  readonly #calls: FileCalls;
  readonly #known = new Map<string, Known>();

  constructor(
    folder: string,
    { masters, kids, searches, calls }: Required<VaultParts> & { kids: KidsInUse },
  ) {
    this.#folder = folder;
    this.#masters = masters;
    this.#kids = kids;
    this.#searches = searches;
    this.#calls = calls;
  }

  keysFor(kid: string): RecordKeys {
    return this.#current(kid) ?? this.#make(kid);
  }

  find(kid: string): OpeningKeys | undefined {
    const keys = this.#current(kid);
    return keys === undefined ? undefined : { kid, dataKey: keys.dataKey };
  }

  kids(): readonly string[] {
    return kidsIn(this.#folder);
  }

  searchTags(type: string, value: string): ReadonlyMap<string, Buffer> {
    this.#searches.take();
    const tags = new Map<string, Buffer>();
    for (const kid of this.kids()) {
      const keys = this.#current(kid);
      if (keys !== undefined) tags.set(kid, keys.tag(type, value));
    }
    return tags;
  }

  /**
   * Looks at the file each time: keys that another process destroyed must not live on in memory, and sealing under keys whose
   * file has gone would seal records that nobody ever opens. A rotation gives the file another stamp.
   */
  #current(kid: string): RecordKeys | undefined {
    const file = keyFileOf(this.#folder, kid);
    const stamp = stampOf(file);
    if (stamp === undefined || isDestroyed(this.#folder, kid)) {
      this.#known.delete(kid);
      return undefined;
    }
    const known = this.#known.get(kid);
    if (known?.stamp === stamp) return known.keys;
    const read = readKeys(this.#folder, this.#masters, kid);
    if (read === undefined) return undefined;
    const keys = recordKeys(kid, read.pair);
    this.#known.set(kid, { stamp, keys });
    return keys;
  }

  /** Nobody changes generations or tombstones meanwhile, so that no keys are made under a generation about to go. */
  #make(kid: string): RecordKeys {
    const file = keyFileOf(this.#folder, kid);
    return exclusively(this.#folder, 'keys', () => {
      if (isDestroyed(this.#folder, kid)) throw keysDestroyed(file);
      const others = this.#current(kid);
      if (others !== undefined) return others;
      if (this.#kids.has(kid)) throw keysLost(file);
      const pair = { dataKey: randomBytes(32), indexKey: randomBytes(32) };
      createSecretFile(file, wrapKeys(newestWrapper(this.#masters), kid, pair), this.#calls);
      // Nothing is sealed under keys that were not read back from the disk.
      const made = this.#current(kid);
      if (made === undefined) throw keysDamaged(file);
      return made;
    });
  }
}

function recordKeys(kid: string, { dataKey, indexKey }: KeyPair): RecordKeys {
  return { kid, dataKey, tag: searchTagger(indexKey) };
}

/** Undefined where there is no file; empty where the reading itself has to tell why it is out of reach. */
function stampOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? undefined : `${String(found.ino)} ${String(found.mtimeMs)}`;
  } catch {
    return '';
  }
}

/** A file that is there and names a generation that is not says more than that there is none. */
function requireMasterOf(folder: string, masters: MasterKeys): void {
  const [kid] = kidsIn(folder);
  if (kid !== undefined && masters.ids().length === 0) readKeys(folder, masters, kid);
}

/** A rotation that ends meanwhile destroys the generation that was the newest a moment ago. */
function newestWrapper(masters: MasterKeys): KeyWrapper {
  for (let id = masters.ids().at(-1); id !== undefined;) {
    const seen = lookAt(masters, id);
    if (seen.wrapper !== undefined) return seen.wrapper;
    const now = masters.ids().at(-1);
    if (now === id) throw seen.fault;
    id = now;
  }
  throw masters.missing();
}

function lookAt(
  masters: MasterKeys,
  id: string,
): { readonly wrapper: KeyWrapper } | { readonly wrapper?: never; readonly fault: unknown } {
  try {
    const wrapper = masters.wrapper(id);
    return wrapper === undefined ? { fault: masters.missing() } : { wrapper };
  } catch (fault) {
    return { fault };
  }
}
