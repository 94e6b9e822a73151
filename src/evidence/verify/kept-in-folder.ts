import { hash } from 'node:crypto';
import { type LogIdentity, readLogNote } from '../../audit/verify/log-identity.ts';
import { type KeptCheckpoint, type KeptCosignature } from '../../audit/verify/checkpoint-trail.ts';
import { checkpointPath, MAX_BYTES, stampPath } from '../evidence-paths.ts';
import { type FolderReader, sizeOfName } from './folder-reader.ts';

const CHECKPOINTS = 'checkpoints';
const COSIGNATURES = 'cosignatures';
const STAMPS = 'stamps';
const STAMP_NAME = /^(\d+)\.tsr$/;

/** Sizes of the checkpoints in a folder, ascending. */
export function checkpointSizes(reader: FolderReader): readonly number[] {
  return sizesOf(reader.list(CHECKPOINTS));
}

/** Sizes of the time stamps in a folder, ascending. */
export function stampSizes(reader: FolderReader): readonly number[] {
  return sizesOf(reader.list(STAMPS).map((name) => STAMP_NAME.exec(name)?.[1] ?? ''));
}

function sizesOf(names: readonly string[]): readonly number[] {
  const sizes = names.map(sizeOfName).filter((size) => size !== undefined);
  return sizes.sort((a, b) => a - b);
}

/** The checkpoints of a folder with what others put under them, by size. */
export function* keptInFolder(
  reader: FolderReader,
  sizes: readonly number[],
  log: LogIdentity,
): Generator<KeptCheckpoint> {
  for (const size of sizes) {
    const file = checkpointPath(size);
    const note = reader.require(file, MAX_BYTES.note);
    if (note === undefined) continue;
    const stamp = stampPath(size);
    const response = reader.read(stamp, MAX_BYTES.stamp);
    yield {
      size,
      root: null,
      note,
      cosignatures: lateCosignatures(reader, size, note, log),
      stamp: response && { response, place: { file: stamp } },
      place: { file },
    };
  }
}

/** Cosignatures that came after their checkpoint was sealed: the note again, with one line. */
function lateCosignatures(
  reader: FolderReader,
  size: number,
  note: Buffer,
  log: LogIdentity,
): readonly KeptCosignature[] {
  const folder = `${COSIGNATURES}/${String(size)}`;
  const own = readLogNote(note, { ...log, key: undefined });
  return reader.list(folder).flatMap((name) => {
    const file = `${folder}/${name}`;
    const bytes = reader.read(file, MAX_BYTES.note);
    const late = bytes && readLogNote(bytes, { ...log, key: undefined });
    if (late === undefined) return [];
    const [line, ...more] = late.ok ? late.others : [];
    const holds =
      late.ok && own.ok && late.signed.equals(own.signed) && line !== undefined && more.length === 0;
    if (!holds || name !== fileName(line.name)) {
      reader.findings.add('file-malformed', { file });
      return [];
    }
    return [{ name: null, line: line.line, place: { file } }];
  });
}

function fileName(witness: string): string {
  return hash('sha256', witness, 'hex').slice(0, 32);
}

/** Finds cosignatures and time stamps whose checkpoint is not there. */
export function checkFolderOrphans(reader: FolderReader, sizes: readonly number[]): void {
  const known = new Set(sizes);
  for (const size of sizesOf(reader.list(COSIGNATURES)))
    if (!known.has(size))
      reader.findings.add('cosignature-orphan', { file: `${COSIGNATURES}/${String(size)}` });
  for (const size of stampSizes(reader))
    if (!known.has(size)) reader.findings.add('stamp-orphan', { file: stampPath(size) });
}
