import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DestructionCertificate } from '../../privacy/destruction/certificate.ts';
import { canonicalJson } from '../../shared/canonical-json.ts';
import { OWNER_ONLY, syncFolder, writeNewFile } from '../../shared/new-file.ts';
import { errorCode } from '../store-fault.ts';

const FOLDER = 'destruction';
const NAME = /^[\w-]{1,64}\.json$/;
const MOST_BYTES = 1_000_000;

/** The certificates of a gateway, apart from its database and keys and from what restores them. */
export class CertificateFiles {
  readonly #evidenceFolder: string;

  /** @param evidenceFolder where sealed evidence lies */
  constructor(evidenceFolder: string) {
    this.#evidenceFolder = evidenceFolder;
  }

  fileOf(planId: string): string {
    return join(this.#folder, `${planId}.json`);
  }

  has(planId: string): boolean {
    return existsSync(this.fileOf(planId));
  }

  /** Never over one that is there. */
  write(certificate: DestructionCertificate): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    syncFolder(this.#evidenceFolder);
    try {
      writeNewFile(this.fileOf(certificate.plan.id), `${canonicalJson(certificate)}\n`, OWNER_ONLY);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }

  /** File and text of every certificate, by name; the text of a file that is too large is empty. */
  texts(): readonly { readonly file: string; readonly text: string }[] {
    return this.#names().map((name) => {
      const file = join(this.#folder, name);
      return { file, text: statSync(file).size > MOST_BYTES ? '' : readFileSync(file, 'utf8') };
    });
  }

  get #folder(): string {
    return join(this.#evidenceFolder, FOLDER);
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => NAME.test(name))
        .sort();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
