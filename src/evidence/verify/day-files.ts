import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePath, newTiles, TILE_WIDTH, tilePath, type TilePlace } from '../../audit/tree/tile.ts';
import { type LogIdentity, readLogNote } from '../../audit/verify/log-identity.ts';
import { type DayManifest } from '../day-manifest.ts';
import { checkpointPath, dayCheckpointPath, manifestPath, MAX_BYTES, stampPath } from '../evidence-paths.ts';
import { partialTiles } from '../partial-tiles.ts';
import { type FolderReader } from './folder-reader.ts';

/** What the files that a manifest names are compared with. */
export interface DayFiles {
  readonly reader: FolderReader;
  readonly log: LogIdentity;
  /** Sizes of the checkpoints in the folder, ascending. */
  readonly sizes: readonly number[];
  /** Whether the checkpoint of the folder, which is published last, is this one or a later one. */
  readonly published: (note: Buffer) => boolean;
}

/** Compares a manifest with the files that it names: the checkpoint of its day, its time stamps, its tiles and bundles. */
export function checkDayFiles(manifest: DayManifest, files: DayFiles): void {
  checkDayCheckpoint(manifest, files);
  checkStamps(manifest, files);
  checkTiles(manifest, files);
}

function checkDayCheckpoint({ day, size, root, checkpoint }: DayManifest, { reader, log }: DayFiles): void {
  const file = dayCheckpointPath(day);
  const note = reader.require(file, MAX_BYTES.note);
  if (note === undefined) return;
  const read = readLogNote(note, log);
  if (!read.ok) reader.findings.add(read.code, { file }, read.cause);
  else if (read.tree.size !== size || !read.tree.root.equals(root))
    reader.findings.add('manifest-differs', { file: manifestPath(day) });
  const holds = checkpoint === `sha256:${hash('sha256', note, 'hex')}`;
  const kept = reader.require(checkpointPath(size), MAX_BYTES.note);
  const same = kept?.equals(note) === true;
  // Of three that must agree, the odd one is the one that was changed.
  if (!holds) reader.findings.add('file-differs', { file: same ? manifestPath(day) : file });
  else if (kept !== undefined && !same) reader.findings.add('file-differs', { file: checkpointPath(size) });
}

function checkStamps({ day, from, size, stamps }: DayManifest, { reader, sizes }: DayFiles): void {
  const known = new Set(sizes);
  for (const stamped of stamps) {
    const ofDay = from < stamped && stamped <= size;
    if (!ofDay || !known.has(stamped)) reader.findings.add('manifest-differs', { file: manifestPath(day) });
    else if (!exists(reader, stampPath(stamped)))
      reader.findings.add('file-missing', { file: stampPath(stamped) });
  }
}

function checkTiles({ day, from, size, tiles }: DayManifest, { reader, sizes }: DayFiles): void {
  const published = sizes.filter((one) => from < one && one <= size);
  const full = pathsOf([...newTiles(from, size)].filter(({ width }) => width === TILE_WIDTH));
  const partial = pathsOf(partialTiles(from, size, [...published, size]));
  const listed = new Set(tiles);
  const known = tiles.every((path) => full.has(path) || partial.has(path));
  if (!known || [...full].some((path) => !listed.has(path)) || listed.size !== tiles.length)
    reader.findings.add('manifest-differs', { file: manifestPath(day) });
  for (const path of tiles) if (partial.has(path)) requirePartial(reader, path);
}

/** A partial tile may go once its full tile is there (C2SP tlog-tiles). */
function requirePartial(reader: FolderReader, path: string): void {
  if (exists(reader, path)) return;
  const superseded = exists(reader, path.replace(/\.p\/\d+$/, ''));
  reader.findings.add(superseded ? 'file-superseded' : 'file-missing', { file: path });
}

function pathsOf(tiles: Iterable<TilePlace>): Set<string> {
  const paths = new Set<string>();
  for (const { level, index, width } of tiles) {
    paths.add(tilePath(level, index, width));
    if (level === 0) paths.add(bundlePath(index, width));
  }
  return paths;
}

function exists(reader: FolderReader, path: string): boolean {
  return existsSync(join(reader.folder, path));
}
