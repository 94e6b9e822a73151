import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { MAX_NOTE_BYTES } from '../../audit/note/strict-text.ts';
import { parseCheckpoint } from '../../audit/note/checkpoint.ts';
import { parseNote } from '../../audit/note/signed-note.ts';
import { CHECKPOINT, checkpointPath, DAYS, dayCheckpointPath, isDay, KEYS } from '../evidence-paths.ts';
import { readEvidenceFile } from '../read-evidence-file.ts';
import { type FolderLog } from './verify-folder-log.ts';

/** What makes a folder that of a log, should any of them be there. */
const OF_A_LOG = new Set<string>([CHECKPOINT, KEYS, 'tile', DAYS, 'checkpoints']);
/** Parts of an origin, and folders above them that a person may name. */
const MOST_LEVELS = 8;

/**
 * The logs whose evidence lies in or below a folder, by origin. An origin is taken from the files, so that a folder that was
 * copied from its place is still known; where no file tells it, from the path.
 */
export function findFolderLogs(folder: string): readonly FolderLog[] {
  return logFoldersIn(folder, 0)
    .map((path) => ({ folder: path, origin: originIn(path) ?? relative(folder, path).split(sep).join('/') }))
    .sort((a, b) => (a.origin < b.origin ? -1 : 1));
}

function logFoldersIn(folder: string, level: number): readonly string[] {
  if (level > MOST_LEVELS) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some(({ name }) => OF_A_LOG.has(name))) return [folder];
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => logFoldersIn(join(folder, entry.name), level + 1));
}

function originIn(folder: string): string | undefined {
  const days = namesIn(join(folder, DAYS)).filter(isDay).map(dayCheckpointPath);
  const sizes = namesIn(join(folder, 'checkpoints')).slice(0, 1).map(Number).map(checkpointPath);
  // More than one says it, so that one file that was changed does not make it another log.
  const named = [CHECKPOINT, ...days.slice(0, 2), ...sizes].map((path) => originOf(join(folder, path)));
  const told = named.filter((origin) => origin !== undefined);
  return told.find((origin) => told.filter((other) => other === origin).length > 1) ?? told[0];
}

function originOf(file: string): string | undefined {
  try {
    const note = readEvidenceFile(file, MAX_NOTE_BYTES);
    return note && parseCheckpoint(parseNote(note).text).origin;
  } catch {
    // Told when the file is verified.
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
