import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { parseVkey } from '../audit/note/note-key.ts';
import { type DayManifest, encodeManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { EvidenceFiles } from './evidence-files.ts';
import { KEYS, manifestPath, MAX_BYTES } from './evidence-paths.ts';
import { type FileOperations } from './file-operations.ts';
import { type DayToSeal, nextClosedDay } from './next-closed-day.ts';
import { publishSealed } from './publish-sealed.ts';
import { proveDay } from './prove-day.ts';
import { keyFile, sealDay, type SealedDayState } from './seal-day.ts';
import { requireSealedRoot } from './sealed-root.ts';
import { readSealedState, type SealedState } from './sealed-state.ts';
import { type LogIdentity } from './signed-tree.ts';
import { keepLateSignatures } from './write-signatures.ts';

/** The log that is sealed, and where its evidence goes. */
export interface SealPorts {
  readonly reader: EvidenceReader;
  /** Folder of all logs. */
  readonly folder: string;
  /** The signed checkpoint of exactly this size, at which a commit ended. */
  checkpointAt(size: number): Promise<StoredCheckpoint>;
  /** tlog-policy in force; null where there is none. */
  readonly policy: string | null;
  /** Absent: the disk. */
  readonly operations?: FileOperations;
}

/** How far a seal is. */
export interface SealProgress {
  readonly origin: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly step: 'reading' | 'writing';
  /** Leaves of the day that are done. */
  readonly done: number;
}

export interface SealOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA zone of the log's days. */
  readonly timeZone: string;
  readonly onProgress?: ((progress: SealProgress) => void) | undefined;
}

/** A day that was sealed. */
export interface SealedDay {
  readonly origin: string;
  readonly day: string;
  readonly leaves: number;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** Files that were made for it. */
  readonly files: number;
}

/** Leaves between two calls of `onProgress`. */
const PROGRESS = 10_000;

/**
 * Seals every closed day of a log that is not sealed yet, oldest first, and adds what came late for those that are. A run
 * that was interrupted anywhere is finished by the next one. Memory does not grow with the log.
 * @param onSealed told each day as soon as it is sealed, also where a later day fails
 * @returns the newest sealed day, null where there is none
 * @throws EvidenceError; what `checkpointAt` throws
 */
export async function sealDays(
  ports: SealPorts,
  options: SealOptions,
  onSealed: (day: SealedDay) => void,
): Promise<string | null> {
  const { reader, folder, operations } = ports;
  const { origin, size } = reader.head();
  if (size === 0) return null;
  const files = new EvidenceFiles(folder, origin, operations);
  const run = { ports, options, files, log: identityOf(reader, origin) };
  requireSameKey(run);
  let state = readSealedState(files, origin, run.log.key);
  if (state.manifest !== null) keepUpToDate(run, state.manifest);
  for (let next; (next = nextClosedDay(reader, state.manifest, options)) !== undefined;) {
    const before = files.created;
    const sealed = await sealNext(run, state, next);
    onSealed(sealedDay(sealed, files.created - before));
    // Dies the process before this: the day is sealed, and the next run puts the pointer to it right.
    publishSealed({ ...run, reader, policy: ports.policy }, sealed.manifest);
    state = sealed;
  }
  return state.manifest?.day ?? null;
}

interface Run {
  readonly ports: SealPorts;
  readonly options: SealOptions;
  readonly files: EvidenceFiles;
  readonly log: LogIdentity;
}

function identityOf(reader: EvidenceReader, origin: string): LogIdentity {
  const vkey = reader.vkey();
  if (vkey === undefined) throw new EvidenceError('SEAL_KEY_MISSING', { origin });
  return { origin, key: parseVkey(vkey) };
}

/** A key that was replaced in the database shows before anything that rests on it is read. */
function requireSameKey({ files, log }: Run): void {
  const kept = files.read(KEYS, MAX_BYTES.key);
  if (kept !== undefined && !kept.equals(keyFile(log.key)))
    throw new EvidenceError('EVIDENCE_FILE_DIFFERS', { file: KEYS });
}

/** What is sealed must still be what the database holds; what came late for it is added. */
function keepUpToDate(run: Run, newest: DayManifest): void {
  const { ports, files } = run;
  const { reader, policy } = ports;
  // The run that made it may have died before its name reached the disk.
  files.create(manifestPath(newest.day), encodeManifest(newest));
  requireSealedRoot(reader, files, newest);
  keepLateSignatures({ ...run, reader }, newest.size);
  publishSealed({ ...run, reader, policy }, newest);
}

async function sealNext(run: Run, before: SealedState, { day, head }: DayToSeal): Promise<SealedDayState> {
  const { ports, files, log, options } = run;
  const { reader } = ports;
  const told = (step: SealProgress['step']) => (done: number) => {
    if (done % PROGRESS === 0) options.onProgress?.({ origin: log.origin, day: day.date, step, done });
  };
  const proven = proveDay({ reader, log, head, edge: before.edge, day, onLeaf: told('reading') });
  const checkpoint = await ports.checkpointAt(proven.size);
  const sealedAt = new Date(options.now).toISOString();
  return sealDay({ reader, files, log, before, proven, checkpoint, sealedAt, onLeaf: told('writing') });
}

function sealedDay({ manifest }: SealedDayState, files: number): SealedDay {
  const { origin, day, leaves, size, root } = manifest;
  return { origin, day, leaves, size, root, files };
}
