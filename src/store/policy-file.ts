import { readFileSync, statSync } from 'node:fs';
import { parseWitnessPolicy } from '../audit/note/parse-witness-policy.ts';
import { type WitnessPolicy } from '../audit/note/witness-policy.ts';
import { type Logger } from '../shared/logger.ts';
import { errorCode, storeFault } from './store-fault.ts';

/** Nobody is trusted, and nobody asked. */
const NOBODY: WitnessPolicy = { logs: [], witnesses: [], groups: [], quorum: null };

/**
 * A policy file (C2SP tlog-policy) that is read again when it changes on the disk. Once it was read, a file that is gone or at
 * fault leaves the last good policy in force and is told once for each change.
 */
export class PolicyFile {
  readonly #file: string | null;
  readonly #logger: Logger;
  #seen = '';
  #policy: WitnessPolicy = NOBODY;

  /**
   * @param file null for none: then nobody is in the policy
   * @throws FaultsError with every fault of the file
   */
  constructor(file: string | null, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
    if (file === null) return;
    this.#seen = stateOf(file);
    this.#policy = readPolicyFile(file);
  }

  current(): WitnessPolicy {
    if (this.#file !== null && stateOf(this.#file) !== this.#seen) this.#readAgain(this.#file);
    return this.#policy;
  }

  #readAgain(file: string): void {
    // Taken before the file is read: a change in between is seen at the next call.
    this.#seen = stateOf(file);
    try {
      this.#policy = readPolicyFile(file);
      this.#logger.info('witness.policy-read: a policy file has changed and is in force', { file });
    } catch (cause) {
      this.#logger.error('witness.policy-unreadable: a changed policy file is at fault; the last one holds', {
        file,
        cause,
      });
    }
  }
}

/** @throws FaultsError with every fault of the file */
export function readPolicyFile(file: string): WitnessPolicy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    throw storeFault(
      'POLICY_UNREADABLE',
      file,
      { tr: `politika dosyası okunamadı (${code})`, en: `the policy file cannot be read (${code})` },
      {
        tr: 'Ayarlardaki yolu ve dosyanın okuma iznini denetleyin.',
        en: 'Check the path in the settings, and that the file may be read.',
      },
    );
  }
  return parseWitnessPolicy(text, file);
}

/** Changes whenever the file does; empty while there is none. */
function stateOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}
