import { syncFolder } from '../../shared/new-file.ts';
import { keysDamaged, masterLost } from './key-faults.ts';
import { eraseDestroyed, keyFileOf, kidsIn, writeTombstone } from './key-folder.ts';
import { exclusively } from './key-lock.ts';
import { type MasterKeys, type OnStep } from './key-wrapper.ts';
import { readKeys } from './read-keys.ts';
import { replaceSecretFile } from './replace-secret-file.ts';
import { wrapKeys } from './wrapped-keys.ts';

/** Where the keys are, and who is told of each step. */
export interface RotationPlace {
  readonly folder: string;
  readonly masters: MasterKeys;
  readonly onStep?: OnStep;
}

/** Which keys end, and by which decision. */
export interface RotationOrder {
  /** Asked once for every kid that has keys, before anything changes. */
  readonly keep: (kid: string) => boolean;
  /** Id of the approved plan, 1 to 64 letters, digits and `.:_-`; stands in the tombstones. */
  readonly plan: string;
  /** RFC 3339; stands in the tombstones. */
  readonly at: string;
}

/** What a rotation did. */
export interface Rotation {
  /** Id of the generation that wraps everything now. */
  readonly master: string;
  /** Sorted. */
  readonly kept: readonly string[];
  /** Kids whose keys this call erased, also those that an interrupted call had decided on. Sorted. */
  readonly destroyed: readonly string[];
}

/**
 * Makes a new generation of the master key, wraps the keys of every kid that is kept under it, then erases the keys of the
 * others and every older generation, so that no copy of an erased file can ever be opened with what is left. Servers go on
 * meanwhile. A call that dies anywhere loses nothing that is kept; the next call, whatever it keeps, makes a generation of its
 * own and finishes the work.
 * @throws FaultsError RECORD_KEYS_DAMAGED or MASTER_KEY_LOST when a kept kid does not open: no older generation goes then;
 *   KEY_FOLDER_BUSY while another rotation is under way
 */
export function rotateMasterKey(place: RotationPlace, order: RotationOrder): Rotation {
  const { folder, masters, onStep = () => undefined } = place;
  const work = new RotationWork(folder, masters, onStep);
  return exclusively(folder, 'rotation', () => {
    const { master, older } = work.begin(order);
    work.rewrapAll(master);
    return work.finish(master, older);
  });
}

class RotationWork {
  readonly #folder: string;
  readonly #masters: MasterKeys;
  readonly #onStep: OnStep;

  constructor(folder: string, masters: MasterKeys, onStep: OnStep) {
    this.#folder = folder;
    this.#masters = masters;
    this.#onStep = onStep;
  }

  begin({ keep, plan, at }: RotationOrder): { readonly master: string; readonly older: readonly string[] } {
    return exclusively(this.#folder, 'keys', () => {
      const older = this.#masters.ids();
      if (older.length === 0) throw this.#masters.missing();
      for (const kid of kidsIn(this.#folder).filter((one) => !keep(one))) {
        writeTombstone(this.#folder, { kid, at, plan });
        // If the process dies here, this kid is dead and the next call or start erases its file; later ones are as before.
        this.#onStep('destruction-decided', kid);
      }
      // Every call makes a generation: one left by an interrupted call may have wrapped keys that this call destroys.
      const master = this.#masters.make();
      // If the process dies here, keys made from now on are under the new generation, all others under older ones.
      this.#onStep('generation-made', master);
      return { master, older };
    });
  }

  /** Keys made meanwhile are under the new generation already. */
  rewrapAll(master: string): void {
    const target = this.#masters.wrapper(master);
    if (target === undefined) throw masterLost(this.#masters.placeOf(master));
    for (const kid of kidsIn(this.#folder)) {
      const read = readKeys(this.#folder, this.#masters, kid);
      if (read === undefined || read.master === master) continue;
      // If the process dies within, the file is wrapped by the old generation or by the new one, and both are there.
      replaceSecretFile(keyFileOf(this.#folder, kid), wrapKeys(target, kid, read.pair), this.#onStep);
    }
    // From here on a power cut cannot bring back a name of what an older generation wrapped.
    syncFolder(this.#folder);
    this.#onStep('all-replaced', master);
  }

  finish(master: string, older: readonly string[]): Rotation {
    return exclusively(this.#folder, 'keys', () => {
      const destroyed = eraseDestroyed(this.#folder, this.#onStep);
      const kept = kidsIn(this.#folder);
      // Read back from the disk: past this line nothing but the new generation opens anything.
      for (const kid of kept) {
        const read = readKeys(this.#folder, this.#masters, kid);
        if (read?.master !== master) throw keysDamaged(keyFileOf(this.#folder, kid));
      }
      // If the process dies among these, some older generations are left that wrap nothing; the next call destroys them.
      for (const id of older) this.#masters.destroy(id, this.#onStep);
      return { master, kept, destroyed };
    });
  }
}
