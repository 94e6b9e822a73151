import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyVault } from '../../../../src/audit/key-vault.ts';
import { FaultsError } from '../../../../src/shared/fault.ts';
import { openKeyFiles, type VaultParts } from '../../../../src/store/keys/key-files.ts';
import { SearchLimit } from '../../../../src/store/keys/search-limit.ts';
import { temporaryFolder } from '../temporary-store.ts';

export const NOVEMBER = 'access-p10y-2026-11';
export const OCTOBER = 'access-p10y-2026-10';
export const SEPTEMBER = 'access-p1m-2026-09';
export const AUGUST = 'act-p1m-2026-08';
export const TODAY = '2026-11-22';

/** A key folder of its own. What the database says of kids in use is `inUse`: none unless a test says so. */
export class KeyPlace implements AsyncDisposable {
  readonly folder: string;
  readonly #dispose: () => Promise<void>;

  private constructor(path: string, dispose: () => Promise<void>) {
    this.folder = join(path, 'keys');
    this.#dispose = dispose;
  }

  static async make(): Promise<KeyPlace> {
    const temporary = await temporaryFolder();
    return new KeyPlace(temporary.path, async () => temporary[Symbol.asyncDispose]());
  }

  open(inUse: readonly string[] = [], parts: VaultParts = {}): KeyVault {
    const kids = {
      has: (kid: string) => inUse.includes(kid),
      ofMonth: (month: string) => inUse.filter((kid) => kid.endsWith(month)),
    };
    const searches = new SearchLimit([], () => 0);
    return openKeyFiles(this.folder, kids, TODAY, { searches, ...parts });
  }

  /** Names in the folder but those of locks, sorted. */
  names(): string[] {
    return readdirSync(this.folder)
      .filter((name) => !name.endsWith('.lock'))
      .sort();
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Names of the files in which the bytes stand, raw, in hexadecimal or in base64. */
  filesWith(bytes: Buffer): string[] {
    return readdirSync(this.folder).filter((name) => {
      const content = readFileSync(this.file(name));
      const forms = [bytes, bytes.toString('hex'), bytes.toString('base64')];
      return forms.some((form) => content.includes(form));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }
}

/** Code of the fault that the attempt ends with; `none` without one. @throws Error when it has not both sentences */
export function faultOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'none';
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return codeOf(error);
  }
}

function codeOf({ faults: [fault] }: FaultsError): string {
  if (fault === undefined) throw new Error('a FaultsError holds a fault');
  const sentences = [fault.message.tr, fault.message.en, fault.remedy.tr, fault.remedy.en];
  if (new Set(sentences).size !== 4 || sentences.includes(''))
    throw new Error(`${fault.code} lacks a sentence`);
  return fault.code;
}
