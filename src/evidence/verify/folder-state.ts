import { type NoteKey } from '../../audit/note/note-key.ts';
import { decodeLeaf } from '../../audit/leaf.ts';
import { bundlePath, decodeBundle } from '../../audit/tree/tile.ts';
import { type TreeState } from '../../audit/tree/consistency-proof.ts';
import { type Opening, openingOf } from '../../audit/verify/life-trail.ts';
import { readLogNote } from '../../audit/verify/log-identity.ts';
import {
  CHECKPOINT,
  checkpointPath,
  DAYS,
  dayCheckpointPath,
  isDay,
  KEYS,
  MAX_BYTES,
} from '../evidence-paths.ts';
import { type FolderReader } from './folder-reader.ts';
import { checkpointSizes } from './kept-in-folder.ts';

/** The largest tree of a folder that the log signed; undefined where nothing is signed. */
export function largestTree(
  reader: FolderReader,
  origin: string,
  key: NoteKey | undefined,
): TreeState | undefined {
  const days = reader.list(DAYS).filter(isDay);
  const paths = [CHECKPOINT, ...days.map(dayCheckpointPath), ...checkpointSizes(reader).map(checkpointPath)];
  let largest: TreeState | undefined;
  for (const path of paths) {
    const note = reader.read(path, MAX_BYTES.note);
    const read = note && readLogNote(note, { origin, key });
    if (read?.ok === true && read.tree.size > (largest?.size ?? 0)) largest = read.tree;
  }
  return largest;
}

/** Is no vkey. */
const NO_KEY = '';

/** What the file of the key holds: one vkey and a line feed, or no key at all; undefined where there is no file. */
export function storedVkey(reader: FolderReader): string | undefined {
  const text = reader.require(KEYS, MAX_BYTES.key)?.toString('utf8');
  return text?.endsWith('\n') === false ? NO_KEY : text?.slice(0, -1);
}

/** What the first leaf states, before anything of it is proven. */
export function folderOpening(reader: FolderReader): Opening | undefined {
  const [narrowest] = reader
    .list(`${bundlePath(0)}.p`)
    .map(Number)
    .filter((width) => width >= 1 && width < 256)
    .sort((a, b) => a - b);
  for (const width of [256, narrowest]) {
    const bytes = width === undefined ? undefined : reader.read(bundlePath(0, width), MAX_BYTES.bundle);
    const opening = bytes && openingIn(bytes);
    if (opening !== undefined) return opening;
  }
  return undefined;
}

function openingIn(bundle: Buffer): Opening | undefined {
  try {
    const [first] = decodeBundle(bundle);
    return first && openingOf(decodeLeaf(first));
  } catch {
    return undefined;
  }
}
