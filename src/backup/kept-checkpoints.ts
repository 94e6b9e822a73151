import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GivenCheckpoint, readGivenCheckpoint } from '../audit/verify/given-checkpoint.ts';
import { logFolder } from '../evidence/evidence-files.ts';
import { CHECKPOINT, MAX_BYTES } from '../evidence/evidence-paths.ts';
import { readEvidenceFile } from '../evidence/read-evidence-file.ts';
import { SIGNED_MARK } from '../evidence/verify/stray-files.ts';
import { replaceFile } from '../shared/new-file.ts';
import { BackupError } from './backup-error.ts';

const EVERYBODY_READS = 0o644;

/**
 * The newest checkpoints that an evidence folder holds of a node's logs: the mark of the newest signature, and the sealed one.
 * @param folder of all logs; none where it does not exist
 * @param node first two parts of the origins
 * @throws BackupError RESTORE_CONTRADICTS where such a file is no checkpoint of its log
 */
export function checkpointsKept(folder: string, node: string): GivenCheckpoint[] {
  return namesOfLogs(folder, node).flatMap((name) => {
    const origin = `${node}/${name}`;
    return [SIGNED_MARK, CHECKPOINT].flatMap((path) => {
      const file = join(logFolder(folder, origin), path);
      const bytes = readEvidenceFile(file, MAX_BYTES.note);
      return bytes === undefined ? [] : [checkpointOf(file, origin, bytes)];
    });
  });
}

/**
 * Makes a checkpoint the newest signature that an evidence folder tells of, unless it tells of a newer one. One that is no
 * checkpoint stays: verifying names it.
 * @param note with the log's signature first
 */
export function raiseMark(folder: string, origin: string, note: string): void {
  const file = join(logFolder(folder, origin), SIGNED_MARK);
  const bytes = readEvidenceFile(file, MAX_BYTES.note);
  const marked = bytes && readGivenCheckpoint(file, bytes);
  const size = readGivenCheckpoint(file, Buffer.from(note, 'utf8'))?.tree.size ?? 0;
  if ((bytes !== undefined && marked === undefined) || (marked?.tree.size ?? 0) >= size) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, note, EVERYBODY_READS);
}

function checkpointOf(file: string, origin: string, bytes: Buffer): GivenCheckpoint {
  const read = readGivenCheckpoint(file, bytes);
  if (read?.origin === origin) return read;
  throw new BackupError('RESTORE_CONTRADICTS', { place: file, detail: origin });
}

function namesOfLogs(folder: string, node: string): string[] {
  const place = logFolder(folder, node);
  if (!existsSync(place)) return [];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
