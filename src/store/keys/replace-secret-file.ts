import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { OWNER_ONLY } from '../../shared/new-file.ts';
import { unlessNotWritable } from '../secret-file.ts';
import { type OnStep } from './key-wrapper.ts';

/**
 * Puts another text in the place of a secret file; the name holds the old text or the new one, whole, at every moment. The
 * new one is durable once the folder is.
 * @throws FaultsError KEY_FILE_NOT_WRITABLE
 */
export function replaceSecretFile(file: string, text: string, onStep: OnStep): void {
  unlessNotWritable(file, () => {
    const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
    const descriptor = openSync(draft, 'wx', OWNER_ONLY);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // If the process dies here, the file is untouched and a draft is left, which the next rotation erases.
    onStep('draft-written', file);
    renameSync(draft, file);
    // If the power fails here, the name may hold the old text: whoever relies on the new one syncs the folder first.
    onStep('replaced', file);
  });
}
