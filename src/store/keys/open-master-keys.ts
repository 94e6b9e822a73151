import { type FaultsError } from '../../shared/fault.ts';
import { type KeyWrapper, type MasterKeys, type MasterKeySettings, type OnStep } from './key-wrapper.ts';
import { MasterKeyFiles } from './master-key-files.ts';
import { TokenMasterKeys } from './token-master-keys.ts';

/**
 * The master key where the settings say. A gateway whose settings have moved to a token still opens what files wrap; its next
 * rotation wraps everything under the token and destroys the files.
 */
export function openMasterKeys(folder: string, settings: MasterKeySettings): MasterKeys {
  const files = new MasterKeyFiles(folder);
  return settings.kind === 'file' ? files : new FilesThenToken(files, new TokenMasterKeys(settings));
}

/** Makes generations on the token; those in files only end. */
export class FilesThenToken implements MasterKeys {
  readonly #files: MasterKeys;
  readonly #token: MasterKeys;

  constructor(files: MasterKeys, token: MasterKeys) {
    this.#files = files;
    this.#token = token;
  }

  ids(): readonly string[] {
    return [...this.#files.ids(), ...this.#token.ids()];
  }

  make(): string {
    return this.#token.make();
  }

  wrapper(id: string): KeyWrapper | undefined {
    return this.#keeperOf(id).wrapper(id);
  }

  destroy(id: string, onStep: OnStep): void {
    this.#keeperOf(id).destroy(id, onStep);
  }

  placeOf(id: string): string {
    return this.#keeperOf(id).placeOf(id);
  }

  missing(): FaultsError {
    return this.#token.missing();
  }

  #keeperOf(id: string): MasterKeys {
    return id.startsWith('file:') ? this.#files : this.#token;
  }
}
