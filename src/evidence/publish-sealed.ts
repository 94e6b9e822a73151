import { type EvidenceReader } from '../audit/audit-log.ts';
import { type DayManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { CHECKPOINT, dayCheckpointPath, MAX_BYTES, POLICY } from './evidence-paths.ts';
import { type LogIdentity, readSignedTree } from './signed-tree.ts';
import { cosignedNote } from './write-signatures.ts';

/** What the files that change are written from. */
export interface PublishParts {
  readonly reader: EvidenceReader;
  readonly files: EvidenceFiles;
  readonly log: LogIdentity;
  /** tlog-policy in force; null where there is none. */
  readonly policy: string | null;
}

/**
 * Points to the newest sealed day: the policy in force, then the checkpoint with the cosignatures known now. The checkpoint
 * goes forward only, and last: whoever reads it finds every tile that it needs.
 * @throws EvidenceError EVIDENCE_FILE_INVALID when the checkpoint that stands there is not of this log, or is ahead of what
 *   is sealed; EVIDENCE_FILE_MISSING, EVIDENCE_NOT_WRITABLE
 */
export function publishSealed({ reader, files, log, policy }: PublishParts, newest: DayManifest): void {
  publishPolicy(files, policy);
  const path = dayCheckpointPath(newest.day);
  const kept = files.read(path, MAX_BYTES.note);
  if (kept === undefined) throw new EvidenceError('EVIDENCE_FILE_MISSING', { file: path });
  const wanted = Buffer.from(cosignedNote({ reader, log }, newest.size, kept.toString('utf8')), 'utf8');
  const current = files.read(CHECKPOINT, MAX_BYTES.note);
  if (current !== undefined) requireBehind(current, newest, log);
  if (current?.equals(wanted) !== true) files.replace(CHECKPOINT, wanted);
  files.settle();
}

function publishPolicy(files: EvidenceFiles, policy: string | null): void {
  const current = files.read(POLICY, MAX_BYTES.policy);
  if (policy === null) {
    if (current !== undefined) files.remove(POLICY);
    return;
  }
  const wanted = Buffer.from(policy, 'utf8');
  if (current?.equals(wanted) !== true) files.replace(POLICY, wanted);
}

function requireBehind(current: Buffer, { size, root }: DayManifest, log: LogIdentity): void {
  const tree = readSignedTree(current, log);
  const ahead = tree === undefined || tree.size > size || (tree.size === size && !tree.root.equals(root));
  if (ahead) throw new EvidenceError('EVIDENCE_FILE_INVALID', { file: CHECKPOINT });
}
