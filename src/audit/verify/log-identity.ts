import { parseCheckpoint } from '../note/checkpoint.ts';
import { NoteFormatError } from '../note/note-format-error.ts';
import { type NoteKey } from '../note/note-key.ts';
import { type NoteSignature } from '../note/signature-line.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { type TreeState } from '../tree/consistency-proof.ts';

/** Whose signature a checkpoint must bear; without key no signature can be checked. */
export interface LogIdentity {
  readonly origin: string;
  readonly key: NoteKey | undefined;
}

/** A checkpoint of the log, its signature checked. */
export interface ReadNote {
  readonly ok: true;
  readonly tree: TreeState;
  /** Text of the note, which witnesses sign. */
  readonly text: string;
  /** The note with the log's signature alone, which time stamps are over. */
  readonly signed: Buffer;
  /** The lines below the log's own. */
  readonly others: readonly NoteSignature[];
}

/** What is wrong with a checkpoint by itself. */
export interface NoteFinding {
  readonly ok: false;
  readonly code: 'checkpoint-malformed' | 'checkpoint-differs' | 'checkpoint-signature';
  readonly cause: string | null;
}

/** Reads a checkpoint of a log: the log's signature stands first, those of witnesses below. */
export function readLogNote(note: string | Buffer, { origin, key }: LogIdentity): ReadNote | NoteFinding {
  try {
    const parsed = parseNote(note);
    const checkpoint = parseCheckpoint(parsed.text);
    if (checkpoint.origin !== origin) return { ok: false, code: 'checkpoint-differs', cause: null };
    const [own, ...others] = parsed.signatures;
    if (key !== undefined)
      verifyNote({ text: parsed.text, signatures: own === undefined ? [] : [own] }, [key]);
    const { size, root } = checkpoint;
    const signed = Buffer.from(`${parsed.text}\n${own?.line ?? ''}\n`, 'utf8');
    return { ok: true, tree: { size, root }, text: parsed.text, signed, others };
  } catch (thrown) {
    if (!(thrown instanceof NoteFormatError)) throw thrown;
    const signature = thrown.code === 'NOTE_SIGNATURE_INVALID' || thrown.code === 'NOTE_UNTRUSTED';
    return {
      ok: false,
      code: signature ? 'checkpoint-signature' : 'checkpoint-malformed',
      cause: thrown.code,
    };
  }
}
