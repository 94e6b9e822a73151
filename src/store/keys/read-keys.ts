import { FaultsError } from '../../shared/fault.ts';
import { readSecretFile } from '../secret-file.ts';
import { keysDamaged, masterLost } from './key-faults.ts';
import { isDestroyed, keyFileOf } from './key-folder.ts';
import { type MasterKeys } from './key-wrapper.ts';
import { type KeyPair, masterIn, unwrapKeys } from './wrapped-keys.ts';

/** What the file of a kid holds, unwrapped. */
export interface ReadKeys {
  /** Id of the generation that wraps the file. */
  readonly master: string;
  readonly pair: KeyPair;
}

/**
 * Undefined where the kid has no file, or a tombstone.
 * @throws FaultsError MASTER_KEY_LOST, RECORD_KEYS_DAMAGED, KEY_FILE_OPEN_TO_OTHERS and what the master key's place throws
 */
export function readKeys(folder: string, masters: MasterKeys, kid: string): ReadKeys | undefined {
  const file = keyFileOf(folder, kid);
  let text = readSecretFile(file);
  while (text !== undefined && !isDestroyed(folder, kid)) {
    try {
      return unwrapText(masters, kid, text);
    } catch (error) {
      const now = readSecretFile(file);
      // A rotation may have replaced the file, and destroyed the generation that it named, since it was read.
      if (now === text && !isDestroyed(folder, kid))
        throw error instanceof FaultsError ? error : keysDamaged(file);
      text = now;
    }
  }
  return undefined;
}

function unwrapText(masters: MasterKeys, kid: string, text: string): ReadKeys {
  const master = masterIn(text);
  const wrapper = masters.wrapper(master);
  if (wrapper === undefined) throw masterLost(masters.placeOf(master));
  return { master, pair: unwrapKeys(wrapper, kid, text) };
}
