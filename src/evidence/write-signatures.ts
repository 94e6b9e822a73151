import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { checkpointPath, cosignaturePath, MAX_BYTES, stampPath } from './evidence-paths.ts';
import { type LogIdentity, readSignedTree } from './signed-tree.ts';

/** Where checkpoints, cosignatures and stamps are read, and where they go. */
export interface SignatureParts extends CosignatureParts {
  readonly files: EvidenceFiles;
}

/** Where cosignatures are read, and whose checkpoints they stand under. */
export interface CosignatureParts {
  readonly reader: EvidenceReader;
  readonly log: LogIdentity;
}

/**
 * Keeps a checkpoint that was given out, with the cosignatures known now. Where it was kept before, cosignatures that came
 * since get files of their own. @returns the kept note
 * @throws EvidenceError EVIDENCE_FILE_DIFFERS when another note, or a line that nobody stored, is kept under its size
 */
export function keepCheckpoint(parts: SignatureParts, { size, note }: StoredCheckpoint): Buffer {
  const { files, reader } = parts;
  const path = checkpointPath(size);
  const whole = Buffer.from(cosignedNote(parts, size, note), 'utf8');
  const kept = files.read(path, MAX_BYTES.note) ?? whole;
  // Also where it is kept: the folder of a note that an interrupted run made may not have reached the disk.
  files.create(path, kept);
  const cosignatures = reader.cosignaturesAt(size);
  const lines = linesAfter(kept.toString('utf8'), note);
  if (lines?.every((line) => cosignatures.some((one) => one.line === line)) !== true)
    throw new EvidenceError('EVIDENCE_FILE_DIFFERS', { file: path });
  const known = linesAfter(whole.toString('utf8'), note) ?? [];
  for (const { name, line } of cosignatures)
    if (known.includes(line) && !lines.includes(line))
      files.create(cosignaturePath(size, name), Buffer.from(`${note}${line}\n`, 'utf8'));
  return kept;
}

/** Keeps the time stamps of checkpoints up to a size. @returns the sizes of those above `from` */
export function keepStamps({ reader, files }: SignatureParts, from: number, size: number): number[] {
  const sizes: number[] = [];
  for (const stamp of reader.stamps()) {
    if (stamp.size > size) break;
    files.create(stampPath(stamp.size), stamp.response);
    if (stamp.size > from) sizes.push(stamp.size);
  }
  return sizes;
}

/**
 * Keeps what came late for checkpoints of sealed days: cosignatures and time stamps. Only new files are made.
 * If the process dies in here, the next run does the rest.
 */
export function keepLateSignatures(parts: SignatureParts, sealed: number): void {
  const { reader, files } = parts;
  keepStamps(parts, sealed, sealed);
  let done = 0;
  for (const { size } of reader.cosignatures()) {
    if (size > sealed) break;
    if (size === done) continue;
    done = size;
    const checkpoint = reader.checkpointFrom(size);
    if (checkpoint?.size === size) keepCheckpoint(parts, checkpoint);
  }
  files.settle();
}

/**
 * A note with the stored cosignatures that it does not bear yet, up to what a note may bear. A row that is no signature
 * line, or that claims to be the log's own signature and is not, would make the note worthless to everybody: it is no
 * evidence, and is left out.
 */
export function cosignedNote({ reader, log }: CosignatureParts, size: number, note: string): string {
  let whole = note;
  for (const { line } of reader.cosignaturesAt(size)) {
    const longer = `${whole}${line}\n`;
    if (!whole.includes(`\n${line}\n`) && readSignedTree(longer, log) !== undefined) whole = longer;
  }
  return whole;
}

/** Signature lines that stand below a note; undefined where the text does not begin with the note. */
function linesAfter(whole: string, note: string): readonly string[] | undefined {
  if (!whole.startsWith(note)) return undefined;
  const rest = whole.slice(note.length);
  if (rest === '') return [];
  return rest.endsWith('\n') ? rest.slice(0, -1).split('\n') : undefined;
}
