import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePath, TILE_WIDTH, tilePath } from '../../audit/tree/tile.ts';
import { CHECKPOINT, KEYS, POLICY } from '../evidence-paths.ts';
import { countAt } from '../tile-source.ts';
import { type FolderReader } from './folder-reader.ts';

/** Written by whoever signs, outside of sealing. */
export const SIGNED_MARK = 'signed.checkpoint';

const SINGLE = new Set<string>([CHECKPOINT, KEYS, POLICY, SIGNED_MARK]);
const NAMED = [
  /^checkpoints\/(?:0|[1-9]\d*)$/,
  /^stamps\/(?:0|[1-9]\d*)\.tsr$/,
  /^cosignatures\/(?:0|[1-9]\d*)\/[0-9a-f]{32}$/,
  /^days\/\d{4}-\d\d-\d\d\/(?:manifest\.json|checkpoint)$/,
];
const TILE = /^tile\/(entries|[1-5]?\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/;

/** Files that are no part of the evidence of a log of this size; each is a finding. */
export function findStrayFiles(reader: FolderReader, size: number): void {
  for (const path of filesBelow(reader.folder, ''))
    if (!isEvidence(path, size)) reader.findings.add('file-stray', { file: path });
}

function* filesBelow(folder: string, path: string): Generator<string> {
  for (const entry of entriesOf(join(folder, path))) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, below);
    else yield below;
  }
}

/** What cannot be read is told where it is needed. */
function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch {
    return [];
  }
}

function readEntries(folder: string): { readonly name: string; isDirectory(): boolean }[] {
  return readdirSync(folder, { withFileTypes: true });
}

function isEvidence(path: string, size: number): boolean {
  return SINGLE.has(path) || NAMED.some((form) => form.test(path)) || isTileOf(path, size);
}

function isTileOf(path: string, size: number): boolean {
  const place = placeOf(path);
  if (place === undefined) return false;
  const { level, index, width } = place;
  const written = level === undefined ? bundlePath(index, width) : tilePath(level, index, width);
  return written === path && index * TILE_WIDTH + width <= countAt(size, level ?? 0);
}

interface FilePlace {
  /** Undefined for a bundle. */
  readonly level: number | undefined;
  readonly index: number;
  readonly width: number;
}

function placeOf(path: string): FilePlace | undefined {
  const [, folder = '', groups = '', partial = String(TILE_WIDTH)] = TILE.exec(path) ?? [];
  const [index, width] = [Number(groups.replaceAll(/x|\//g, '')), Number(partial)];
  if (folder === '' || width < 1 || width > TILE_WIDTH || !Number.isSafeInteger(index)) return undefined;
  return { level: folder === 'entries' ? undefined : Number(folder), index, width };
}
