import { hash } from 'node:crypto';
import { leafHash } from '../audit/merkle.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { bundlePath, decodeBundle, TILE_WIDTH } from '../audit/tree/tile.ts';
import { type DayManifest, parseManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { DAYS, dayCheckpointPath, isDay, manifestPath, MAX_BYTES } from './evidence-paths.ts';
import { readSignedTree } from './signed-tree.ts';
import { TileSource } from './tile-source.ts';
import { TreeEdge } from './tree-edge.ts';

/** Where sealing goes on: the newest sealed day, proven from what lies on the disk. */
export interface SealedState {
  /** Null where nothing is sealed yet. */
  readonly manifest: DayManifest | null;
  readonly edge: TreeEdge;
  /** The leaves of the bundle that is not full yet. */
  readonly entries: readonly Buffer[];
}

/**
 * Reads the newest sealed day and proves it: the checkpoint is signed by the log and is that of the manifest, the tiles
 * give its root, and the last bundle gives the last tile.
 * @throws EvidenceError EVIDENCE_FILE_INVALID, EVIDENCE_FILE_MISSING, EVIDENCE_NOT_READABLE
 */
export function readSealedState(files: EvidenceFiles, origin: string, key: NoteKey): SealedState {
  const manifest = newestManifest(files);
  if (manifest === null) return { manifest, edge: new TreeEdge(), entries: [] };
  requireSigned(files, manifest, { origin, key });
  const { size } = manifest;
  const levels = new TileSource((path, maxBytes) => files.read(path, maxBytes), size).edge();
  const edge = new TreeEdge(size, levels);
  if (!edge.root().equals(manifest.root)) throw invalid(manifestPath(manifest.day));
  return { manifest, edge, entries: lastEntries(files, size, levels[0] ?? []) };
}

/** The manifest of the newest sealed day, unproven. @throws EvidenceError EVIDENCE_FILE_INVALID, EVIDENCE_NOT_READABLE */
export function newestManifest(files: EvidenceFiles): DayManifest | null {
  for (const day of files.list(DAYS).filter(isDay).toReversed()) {
    const path = manifestPath(day);
    const bytes = files.read(path, MAX_BYTES.manifest);
    // A day without manifest is what an interrupted seal left: it is finished by sealing it again.
    if (bytes === undefined) continue;
    const manifest = parseManifest(bytes);
    if (manifest?.day !== day) throw invalid(path);
    return manifest;
  }
  return null;
}

function requireSigned(
  files: EvidenceFiles,
  { day, size, root, checkpoint, origin: named }: DayManifest,
  { origin, key }: { readonly origin: string; readonly key: NoteKey },
): void {
  const path = dayCheckpointPath(day);
  const note = files.read(path, MAX_BYTES.note);
  if (note === undefined) throw new EvidenceError('EVIDENCE_FILE_MISSING', { file: path });
  const tree = readSignedTree(note, { origin, key });
  const holds = tree?.size === size && tree.root.equals(root);
  if (!holds || named !== origin || checkpoint !== `sha256:${hash('sha256', note, 'hex')}`)
    throw invalid(path);
}

function lastEntries(files: EvidenceFiles, size: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 0) return [];
  const path = bundlePath(Math.floor(size / TILE_WIDTH), hashes.length);
  const bytes = files.read(path, MAX_BYTES.bundle);
  if (bytes === undefined) throw new EvidenceError('EVIDENCE_FILE_MISSING', { file: path });
  const entries = entriesOf(bytes);
  const same =
    entries.length === hashes.length && hashes.every((one, place) => isHashOf(one, entries[place]));
  if (!same) throw invalid(path);
  return entries;
}

function entriesOf(bytes: Buffer): Buffer[] {
  try {
    return decodeBundle(bytes);
  } catch {
    return [];
  }
}

function isHashOf(hashOfLeaf: Buffer, entry: Buffer | undefined): boolean {
  return entry !== undefined && leafHash(entry).equals(hashOfLeaf);
}

function invalid(file: string): EvidenceError {
  return new EvidenceError('EVIDENCE_FILE_INVALID', { file });
}
