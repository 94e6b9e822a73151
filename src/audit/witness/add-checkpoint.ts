import { encodeNote, parseNote, type SignedNote } from '../note/signed-note.ts';
import { NoteFormatError } from '../note/note-format-error.ts';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { decodeBase64, decodeDecimal, readText } from '../note/strict-text.ts';
import { isHash } from '../tree/proof-hashes.ts';

/** What a log sends to a witness (C2SP tlog-witness, add-checkpoint). Says nothing about whether any of it holds. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the log believes the witness cosigned last; 0 for none. */
  readonly old: number;
  /** Consistency proof from `old`, at most 63 hashes. */
  readonly proof: readonly Buffer[];
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
}

/** Upper bound of a body in bytes: a proof of 63 hashes and a checkpoint with a hundred cosignatures fit. */
export const MAX_ADD_CHECKPOINT_BYTES: number = 64 * 1024;

/** Media type of the body of a 409: the size that the witness cosigned last. */
export const SIZE_TYPE = 'text/x.tlog.size';

const MAX_PROOF_LINES = 63;
const OLD = 'old ';

/**
 * Reads a body of at most 64 KiB; accepts only what `encodeAddCheckpoint` writes.
 * @returns undefined where it is none
 */
export function parseAddCheckpoint(body: Buffer): AddCheckpoint | undefined {
  try {
    return parseText(readText(body, MAX_ADD_CHECKPOINT_BYTES));
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return undefined;
    throw thrown;
  }
}

function parseText(text: string): AddCheckpoint | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0 || !text.startsWith(OLD)) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const old = decodeDecimal(first.slice(OLD.length));
  const proof = lines.map(decodeBase64);
  if (old === undefined || old === Infinity || lines.length > MAX_PROOF_LINES || !proof.every(isHash)) {
    return undefined;
  }
  const note = parseNote(text.slice(end + 2));
  return { old, proof, note, checkpoint: parseCheckpoint(note.text) };
}

/**
 * The body with which a log asks for a cosignature.
 * @param note the signed checkpoint
 * @throws NoteFormatError NOTE_MALFORMED when it would not be read back as the same request
 */
export function encodeAddCheckpoint(old: number, proof: readonly Buffer[], note: string): string {
  const lines = [`${OLD}${String(old)}`, ...proof.map((hash) => hash.toString('base64')), ''];
  const body = `${lines.join('\n')}\n${note}`;
  if (parseAddCheckpoint(Buffer.from(body, 'utf8')) === undefined)
    throw new NoteFormatError('NOTE_MALFORMED');
  return body;
}

/**
 * The lines of an answer that a witness gave, each ended by a newline.
 * @throws NoteFormatError when they are no signature lines
 */
export function cosignatureLines(note: string, answer: string): SignedNote {
  const { text } = parseNote(note);
  return parseNote(encodeNote(text, answer.replace(/\n$/, '').split('\n')));
}
