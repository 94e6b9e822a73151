import { NoteFormatError } from './note-format-error.ts';
import { decodeBase64, decodeDecimal, readText } from './strict-text.ts';

/** What a log says about itself (C2SP tlog-checkpoint): no more than this, so that a witness vouches for all of it. */
export interface Checkpoint {
  /** The log's unique name, one line. */
  readonly origin: string;
  /** Number of leaves, at most 2^53-1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
}

const HASH_BYTES = 32;

/**
 * The text of the note of a checkpoint.
 * @throws NoteFormatError CHECKPOINT_* when it would not be read back as the same checkpoint
 */
export function encodeCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${String(size)}\n${root.toString('base64')}\n`;
  parseCheckpoint(text);
  return text;
}

/**
 * Reads the text of a note as a checkpoint; accepts only what `encodeCheckpoint` writes.
 * @throws NoteFormatError CHECKPOINT_*, NOTE_NOT_TEXT
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', decimal = '', base64 = '', ...rest] = readText(text).split('\n');
  if (origin === '' || rest.length === 0) throw new NoteFormatError('CHECKPOINT_MALFORMED');
  if (rest.length > 1) throw new NoteFormatError('CHECKPOINT_EXTENDED');
  if (rest[0] !== '') throw new NoteFormatError('CHECKPOINT_MALFORMED');
  return { origin, size: sizeOf(decimal), root: rootOf(base64) };
}

function sizeOf(decimal: string): number {
  const size = decodeDecimal(decimal);
  if (size === undefined) throw new NoteFormatError('CHECKPOINT_SIZE_MALFORMED');
  if (size === Infinity) throw new NoteFormatError('CHECKPOINT_SIZE_TOO_LARGE');
  return size;
}

function rootOf(base64: string): Buffer {
  const root = decodeBase64(base64);
  if (root?.length !== HASH_BYTES) throw new NoteFormatError('CHECKPOINT_ROOT_MALFORMED');
  return root;
}
