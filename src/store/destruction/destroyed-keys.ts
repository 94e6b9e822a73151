import { existsSync } from 'node:fs';
import { replayDestruction } from '../keys/destroy-keys.ts';
import { destroyedKids, isDestroyed, keyFileOf } from '../keys/key-folder.ts';
import { type MasterKeys, type OnStep } from '../keys/key-wrapper.ts';
import { rotateMasterKey } from '../keys/rotate-master-key.ts';

/** Destroys keys in the key folder of a gateway. */
export class DestroyedKeys {
  readonly #folder: string;
  readonly #masters: MasterKeys;
  readonly #onStep: OnStep;

  constructor(folder: string, masters: MasterKeys, onStep: OnStep = () => undefined) {
    this.#folder = folder;
    this.#masters = masters;
    this.#onStep = onStep;
  }

  /** Id of the generation of the master key that wraps new keys. */
  generation(): string {
    const newest = this.#masters.ids().at(-1);
    if (newest === undefined) throw this.#masters.missing();
    return newest;
  }

  /**
   * Destroys the keys of the dead kids and every generation up to this one; survivors are wrapped by a new one. Does nothing
   * where an earlier call has done it all.
   * @param before the generation in force when the destruction was decided
   * @returns id of the generation that wraps what is left
   */
  rotate(dead: ReadonlySet<string>, before: string, order: { plan: string; at: string }): string {
    const [only = '', ...more] = this.#masters.ids();
    const done = only !== before && more.length === 0 && !this.#anyLeft(dead);
    if (done) return only;
    const place = { folder: this.#folder, masters: this.#masters, onStep: this.#onStep };
    return rotateMasterKey(place, { ...order, keep: (kid) => !dead.has(kid) }).master;
  }

  /**
   * Erases keys that a backup brought back. Takes the lock of the folder only where there is something to do.
   * @returns the kids whose keys were there
   */
  replay(dead: ReadonlySet<string>): readonly string[] {
    const buried = destroyedKids(this.#folder).map(({ kid }) => kid);
    if (!this.#anyLeft(new Set([...dead, ...buried]))) return [];
    return replayDestruction(this.#folder, dead, { onStep: this.#onStep });
  }

  /** The kids that have no tombstone yet, or keys beside it. */
  left(dead: readonly string[]): readonly string[] {
    return dead.filter((kid) => {
      return !isDestroyed(this.#folder, kid) || existsSync(keyFileOf(this.#folder, kid));
    });
  }

  #anyLeft(dead: ReadonlySet<string>): boolean {
    return this.left([...dead]).length > 0;
  }
}
