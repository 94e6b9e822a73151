import { type EvidenceReader } from '../audit/audit-log.ts';
import { encodeNote, parseNote, verifyNote } from '../audit/note/signed-note.ts';
import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { parseVkey } from '../audit/note/note-key.ts';
import { ProofError } from '../audit/tree/proof-error.ts';
import { rootAt } from '../audit/tree/hash-source.ts';
import { type Cut, findCut, isCutOff } from '../audit/verify/cut.ts';
import { type GivenCheckpoint } from '../audit/verify/given-checkpoint.ts';
import { firstOpening } from '../audit/verify/verify-database-log.ts';
import { BackupError } from './backup-error.ts';

/** Records of one log that were signed, or written, and that a backup does not have. */
export interface LostRecords {
  readonly origin: string;
  /** Size of the log in the backup; 0 where the backup does not know the log. */
  readonly restored: number;
  /** Largest size that is known. */
  readonly known: number;
  /** Where that is known from. */
  readonly place: string;
}

/** What a backup was compared with. */
export interface Comparison {
  readonly lost: readonly LostRecords[];
  /** The newest note of each log that goes beyond the backup or equals it, with the log's own signature alone. */
  readonly newest: ReadonlyMap<string, { readonly size: number; readonly note: string }>;
}

/** Sizes that were written once, signed or not, by origin. */
export interface WrittenSizes {
  readonly place: string;
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Compares every log of a backup with every checkpoint that was ever kept of it, and with what stands in the place that it is
 * to take. What an earlier restore lost, and the next log admits, is not lost once more.
 * @param readers of every log in the backup
 * @throws BackupError RESTORE_CONTRADICTS where a checkpoint is of another history, or does not bear the log's signature
 */
export function compareWithKnown(
  readers: readonly EvidenceReader[],
  kept: readonly GivenCheckpoint[],
  written: WrittenSizes,
): Comparison {
  const logs = new Map(restoredLogs(readers).map((log) => [log.origin, log]));
  const newest = new Map<string, { size: number; note: string }>();
  const known = new Map<string, { size: number; place: string }>();
  for (const checkpoint of kept) {
    const { origin, tree, file } = checkpoint;
    const log = logs.get(origin);
    const note = log === undefined ? checkpoint.note : ownNote(log, checkpoint);
    if (log !== undefined) requireContained(log, checkpoint);
    keepLarger(known, origin, { size: tree.size, place: file });
    keepLarger(newest, origin, { size: tree.size, note });
  }
  for (const [origin, size] of written.sizes) keepLarger(known, origin, { size, place: written.place });
  const lost = [...known]
    .map(([origin, { size, place }]) => ({ origin, restored: reachOf(logs.get(origin)), known: size, place }))
    .filter(({ restored, known: size }) => size > restored);
  return { lost, newest };
}

/** A log of the backup, and what an earlier restore cut off it. */
interface RestoredLog {
  readonly origin: string;
  readonly size: number;
  readonly reader: EvidenceReader;
  readonly cut: Cut | undefined;
}

function restoredLogs(readers: readonly EvidenceReader[]): RestoredLog[] {
  const openings = readers.map(firstOpening);
  return readers.map((reader) => {
    const { origin, size } = reader.head();
    const next = openings.find((opening) => opening?.previous?.origin === origin);
    return { origin, size, reader, cut: findCut(reader, next?.signed ?? null, undefined) };
  });
}

function reachOf(log: RestoredLog | undefined): number {
  return log === undefined ? 0 : Math.max(log.size, log.cut?.size ?? 0);
}

function keepLarger<T extends { readonly size: number }>(map: Map<string, T>, origin: string, one: T): void {
  if (one.size > (map.get(origin)?.size ?? 0)) map.set(origin, one);
}

/** Records that are lost in all. */
export function countLost(lost: readonly LostRecords[]): number {
  return lost.reduce((sum, { known, restored }) => sum + known - restored, 0);
}

/** `origin: 12 (350 signed, 338 in the backup; place)`, one after the other. */
export function lostText(lost: readonly LostRecords[]): string {
  return lost
    .map(
      ({ origin, restored, known, place }) =>
        `${origin}: ${String(known - restored)} (${String(known)} – ${String(restored)}; ${place})`,
    )
    .join(', ');
}

/** The note with the log's signature alone. */
function ownNote({ reader }: RestoredLog, { file, note }: GivenCheckpoint): string {
  try {
    const key = parseVkey(reader.vkey() ?? '');
    const parsed = parseNote(note);
    verifyNote(parsed, [key]);
    const own = parsed.signatures.find(({ name, id }) => name === key.name && id === key.id);
    return encodeNote(parsed.text, [own?.line ?? '']);
  } catch (error) {
    if (!(error instanceof NoteFormatError)) throw error;
    throw new BackupError('RESTORE_CONTRADICTS', { place: file, detail: error.code }, error);
  }
}

function requireContained({ origin, size, reader, cut }: RestoredLog, { file, tree }: GivenCheckpoint): void {
  if (tree.size > size || isCutOff(cut, tree.size)) return;
  if (rootOf(reader, tree.size)?.equals(tree.root) === true) return;
  throw new BackupError('RESTORE_CONTRADICTS', { place: file, detail: `${origin} ${String(tree.size)}` });
}

function rootOf(reader: EvidenceReader, size: number): Buffer | undefined {
  try {
    return rootAt(reader, size);
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}
