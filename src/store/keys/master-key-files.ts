import { existsSync } from 'node:fs';
import { type FaultsError } from '../../shared/fault.ts';
import { ensureRootKey, readRootKey, rootKeyFile, rootKeyMissing, type RootKeyName } from '../root-key.ts';
import { eraseFile } from './erase-file.ts';
import { openGcm, sealGcm } from './gcm-box.ts';
import { namesIn } from './key-folder.ts';
import { generationOf, type KeyWrapper, type MasterKeys, type OnStep } from './key-wrapper.ts';

const NAME = /^master(?:-([2-9]|[1-9]\d{1,5}))?\.key$/;

/** The master key in files of the key folder: `master.key`, then `master-2.key`, …, each 0600. */
export class MasterKeyFiles implements MasterKeys {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  ids(): readonly string[] {
    return this.#generations().map((generation) => `file:${String(generation)}`);
  }

  make(): string {
    const generation = (this.#generations().at(-1) ?? 0) + 1;
    ensureRootKey(this.#folder, nameOf(generation));
    return `file:${String(generation)}`;
  }

  wrapper(id: string): KeyWrapper | undefined {
    const generation = generationOf('file', id);
    if (generation === undefined || !existsSync(this.placeOf(id))) return undefined;
    // Read for each use, so that no generation lives on in memory after its file was destroyed.
    const withKey = (use: (key: Buffer) => Buffer): Buffer => {
      const key = readRootKey(this.#folder, nameOf(generation));
      try {
        return use(key);
      } finally {
        key.fill(0);
      }
    };
    withKey((key) => key);
    return {
      id,
      wrap: (plain, aad) => withKey((key) => sealGcm(key, plain, aad)),
      unwrap: (box, aad) => withKey((key) => openGcm(key, box, aad)),
    };
  }

  destroy(id: string, onStep: OnStep): void {
    eraseFile(this.placeOf(id), onStep);
    onStep('generation-destroyed', id);
  }

  placeOf(id: string): string {
    const generation = generationOf('file', id);
    return generation === undefined ? id : rootKeyFile(this.#folder, nameOf(generation));
  }

  missing(): FaultsError {
    return rootKeyMissing(rootKeyFile(this.#folder, 'master'));
  }

  #generations(): number[] {
    return namesIn(this.#folder)
      .flatMap((name) => {
        const [matched, number = '1'] = NAME.exec(name) ?? [];
        return matched === undefined ? [] : [Number(number)];
      })
      .sort((left, right) => left - right);
  }
}

function nameOf(generation: number): RootKeyName {
  return generation === 1 ? 'master' : `master-${String(generation)}`;
}
