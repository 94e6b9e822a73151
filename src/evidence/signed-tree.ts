import { type TreeState } from '../audit/tree/consistency-proof.ts';
import { parseCheckpoint } from '../audit/note/checkpoint.ts';
import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { parseNote, verifyNote } from '../audit/note/signed-note.ts';

/** Whose signature a checkpoint must bear. */
export interface LogIdentity {
  readonly origin: string;
  readonly key: NoteKey;
}

/** The tree that a checkpoint states, if it is of this log and bears its signature; else undefined. */
export function readSignedTree(note: Buffer | string, { origin, key }: LogIdentity): TreeState | undefined {
  try {
    const parsed = parseNote(note);
    verifyNote(parsed, [key]);
    const checkpoint = parseCheckpoint(parsed.text);
    return checkpoint.origin === origin ? { size: checkpoint.size, root: checkpoint.root } : undefined;
  } catch (error) {
    if (error instanceof NoteFormatError) return undefined;
    throw error;
  }
}
