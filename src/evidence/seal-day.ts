import { hash } from 'node:crypto';
import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { proveConsistency } from '../audit/tree/consistency-proof.ts';
import { ProofError } from '../audit/tree/proof-error.ts';
import { type DayManifest, encodeManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { dayCheckpointPath, KEYS, manifestPath } from './evidence-paths.ts';
import { type ProvenDay } from './prove-day.ts';
import { sealMismatch } from './seal-mismatch.ts';
import { type SealedState } from './sealed-state.ts';
import { type LogIdentity, readSignedTree } from './signed-tree.ts';
import { TileSource } from './tile-source.ts';
import { keepCheckpoint, keepStamps } from './write-signatures.ts';
import { type WrittenTiles, writeTiles } from './write-tiles.ts';

/** What a proven day is sealed with. */
export interface SealParts {
  readonly reader: EvidenceReader;
  readonly files: EvidenceFiles;
  readonly log: LogIdentity;
  /** The end of the day before. */
  readonly before: SealedState;
  readonly proven: ProvenDay;
  /** The checkpoint of the end of the day, as it was signed. */
  readonly checkpoint: StoredCheckpoint;
  /** RFC 3339, UTC. */
  readonly sealedAt: string;
  readonly onLeaf: (written: number) => void;
}

/** A sealed day as the next one goes on from it. */
export type SealedDayState = SealedState & { readonly manifest: DayManifest };

/**
 * Writes a proven day to the evidence folder. The manifest comes last and makes the day sealed; before each step all that
 * it relies on is on the disk.
 * @throws EvidenceError SEAL_MISMATCH before anything is written, when the checkpoint is not that of the proven tree; as
 *   `EvidenceFiles.create` when a file differs or cannot be written
 */
export function sealDay(parts: SealParts): SealedDayState {
  const { reader, files, log, before, proven, checkpoint } = parts;
  requireCheckpointOf(proven, checkpoint, log);
  files.create(KEYS, keyFile(log.key));
  // Dies the process while tiles are written: files of a tree that no checkpoint here names.
  const tiles = writeTiles({ ...parts, origin: log.origin });
  files.settle();
  const consistency = consistencyFrom(files, before, proven);
  // Dies it while signatures are written: checkpoints whose tiles are all there, of a day that is not sealed.
  for (const size of proven.givenOut) {
    const given = reader.checkpointFrom(size);
    if (given?.size === size) keepCheckpoint(parts, given);
  }
  const note = keepCheckpoint(parts, checkpoint);
  const stamps = keepStamps(parts, proven.from, proven.size);
  files.settle();
  // Dies it before the manifest has its name: the day counts as not sealed, and every file is found again.
  files.create(dayCheckpointPath(proven.day), note);
  files.settle();
  const manifest = manifestOf(parts, { tiles, consistency, note, stamps });
  files.create(manifestPath(proven.day), encodeManifest(manifest));
  files.settle();
  return { manifest, edge: tiles.edge, entries: tiles.entries };
}

/** The file that names the log's key. */
export function keyFile({ vkey }: NoteKey): Buffer {
  return Buffer.from(`${vkey}\n`, 'utf8');
}

function requireCheckpointOf(
  { day, from, size, root }: ProvenDay,
  checkpoint: StoredCheckpoint,
  log: LogIdentity,
): void {
  const signed = readSignedTree(checkpoint.note, log);
  const holds = checkpoint.size === size && signed?.size === size && signed.root.equals(root);
  if (!holds) throw sealMismatch({ origin: log.origin, day }, from, 'checkpoint-differs');
}

/** Proven with the tiles as they lie on the disk, so that whoever has only them can prove it again. */
function consistencyFrom(
  files: EvidenceFiles,
  { edge }: SealedState,
  { from, size, root }: ProvenDay,
): readonly Buffer[] {
  if (from === 0) return [];
  const source = new TileSource((path, maxBytes) => files.read(path, maxBytes), size);
  try {
    return proveConsistency(source, { size: from, root: edge.root() }, { size, root });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new EvidenceError('EVIDENCE_FILE_INVALID', { file: 'tile' }, error);
  }
}

interface Written {
  readonly tiles: WrittenTiles;
  readonly consistency: readonly Buffer[];
  readonly note: Buffer;
  readonly stamps: readonly number[];
}

function manifestOf({ log, before, proven, sealedAt }: SealParts, written: Written): DayManifest {
  const { day, from, size, root, types } = proven;
  return {
    version: 1,
    origin: log.origin,
    day,
    from,
    size,
    root,
    previousDay: before.manifest?.day ?? null,
    leaves: size - from,
    types,
    checkpoint: `sha256:${hash('sha256', written.note, 'hex')}`,
    consistency: written.consistency,
    stamps: written.stamps,
    tiles: written.tiles.paths,
    sealedAt,
  };
}
