import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINT, POLICY } from '../evidence/evidence-paths.ts';
import { SIGNED_MARK } from '../evidence/verify/stray-files.ts';
import { BackupError } from './backup-error.ts';
import { filesBelow } from './snapshot-folder.ts';

/** Files that change, and what was cosigned of other logs. */
const CHANGES: ReadonlySet<string> = new Set([CHECKPOINT, POLICY, SIGNED_MARK]);

/**
 * Compares sealed evidence of a backup with that which stands in a place: what is in both MUST be the same, since it never
 * changes.
 * @throws BackupError RESTORE_EVIDENCE_DIFFERS
 */
export function requireSameEvidence(backup: string, place: string): void {
  for (const name of filesBelow(backup)) {
    const last = name.slice(name.lastIndexOf('/') + 1);
    // A day has a checkpoint of its own, which never changes.
    const changes = CHANGES.has(last) && !/\/days\/[^/]+\/checkpoint$/.test(name);
    if (changes || name.startsWith('witnessed/')) continue;
    const file = join(place, name);
    if (existsSync(file) && !readFileSync(file).equals(readFileSync(join(backup, name))))
      throw new BackupError('RESTORE_EVIDENCE_DIFFERS', { place: file });
  }
}

/** Names of the files of a folder that another one lacks, or has with another content. */
export function filesThatDiffer(folder: string, other: string): string[] {
  return filesBelow(folder).filter((name) => {
    const file = join(other, name);
    return !existsSync(file) || !readFileSync(file).equals(readFileSync(join(folder, name)));
  });
}
