import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { checkpointPath, cosignaturePath, MAX_BYTES, stampPath } from './evidence-paths.ts';

/** Where checkpoints, cosignatures and stamps are read, and where they go. */
export interface SignatureParts {
  readonly reader: EvidenceReader;
  readonly files: EvidenceFiles;
}

/**
 * Keeps a checkpoint that was given out, with the cosignatures known now. Where it was kept before, cosignatures that came
 * since get files of their own. @returns the kept note
 * @throws EvidenceError EVIDENCE_FILE_DIFFERS when another note, or a line that nobody stored, is kept under its size
 */
export function keepCheckpoint({ reader, files }: SignatureParts, { size, note }: StoredCheckpoint): Buffer {
  const path = checkpointPath(size);
  const cosignatures = reader.cosignaturesAt(size);
  const kept = files.read(path, MAX_BYTES.note);
  if (kept === undefined) {
    const whole = Buffer.from(note + cosignatures.map(({ line }) => `${line}\n`).join(''), 'utf8');
    files.create(path, whole);
    return whole;
  }
  // The folder of a note that an interrupted run made may not have reached the disk.
  files.create(path, kept);
  const lines = linesAfter(kept.toString('utf8'), note);
  const known = new Set(cosignatures.map(({ line }) => line));
  if (lines?.every((line) => known.has(line)) !== true)
    throw new EvidenceError('EVIDENCE_FILE_DIFFERS', { file: path });
  for (const { name, line } of cosignatures)
    if (!lines.includes(line))
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

/** Signature lines that stand below a note; undefined where the text does not begin with the note. */
function linesAfter(whole: string, note: string): readonly string[] | undefined {
  if (!whole.startsWith(note)) return undefined;
  const rest = whole.slice(note.length);
  if (rest === '') return [];
  return rest.endsWith('\n') ? rest.slice(0, -1).split('\n') : undefined;
}
