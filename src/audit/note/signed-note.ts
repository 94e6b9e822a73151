import { createPublicKey, verify } from 'node:crypto';
import { cosignedMessage, decodeCosignature } from './cosignature.ts';
import { NoteFormatError } from './note-format-error.ts';
import { type NoteKey } from './note-key.ts';
import { type NoteSignature, parseSignatureLine } from './signature-line.ts';
import { readText } from './strict-text.ts';

/** A text and the signature lines below it (C2SP signed-note). To be ignored until `verifyNote` has accepted it. */
export interface SignedNote {
  /** Ends in a newline; may hold empty lines. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature of a known key that holds. */
export interface VerifiedSignature {
  readonly key: NoteKey;
  /** POSIX seconds of a cosignature; null for a plain signature. */
  readonly seconds: number | null;
}

const MAX_SIGNATURES = 100;
/** DER of an Ed25519 SubjectPublicKeyInfo up to the key (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads a note of at most 1 MiB and 100 signatures.
 * @throws NoteFormatError NOTE_TOO_LARGE, NOTE_NOT_TEXT, NOTE_MALFORMED, NOTE_SIGNATURE_MALFORMED, NOTE_SIGNATURES_TOO_MANY
 */
export function parseNote(input: Buffer | string): SignedNote {
  const whole = readText(input);
  const split = whole.lastIndexOf('\n\n');
  const below = whole.slice(split + 2);
  if (split < 0 || !below.endsWith('\n')) throw new NoteFormatError('NOTE_MALFORMED');
  const lines = below.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new NoteFormatError('NOTE_SIGNATURES_TOO_MANY');
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * The note of a text and the lines that signers made of it.
 * @throws NoteFormatError as `parseNote`, so that nothing is written that would not be read back
 */
export function encodeNote(text: string, lines: readonly string[]): string {
  requireNoteText(text);
  const note = `${text}\n${lines.map((line) => `${line}\n`).join('')}`;
  if (parseNote(note).signatures.length !== lines.length) throw new NoteFormatError('NOTE_MALFORMED');
  return note;
}

/**
 * Refuses what cannot be the text of a note.
 * @throws NoteFormatError NOTE_NOT_TEXT, NOTE_TOO_LARGE, NOTE_MALFORMED
 */
export function requireNoteText(text: string): void {
  if (!readText(text).endsWith('\n')) throw new NoteFormatError('NOTE_MALFORMED');
}

/**
 * The signatures of known keys, in the order of their lines; at least one. Lines of unknown keys are ignored, also where
 * they share name or id with a known key.
 * @throws NoteFormatError NOTE_SIGNATURE_INVALID when any line of a known key does not hold: the whole note is worthless;
 *   NOTE_SIGNATURE_REPEATED when a known key stands twice (a witness may cosign at several times); NOTE_UNTRUSTED when no
 *   known key signed; KEYS_AMBIGUOUS when two different keys share name and id
 */
export function verifyNote(note: SignedNote, keys: readonly NoteKey[]): readonly VerifiedSignature[] {
  const known = byIdentity(keys);
  const seen = new Set<string>();
  const verified = note.signatures.flatMap((signature) => {
    const key = known.get(identity(signature));
    if (key === undefined) return [];
    const found = verifySignature(note.text, signature, key);
    const once = `${key.vkey} ${String(found.seconds)}`;
    if (seen.has(once)) throw new NoteFormatError('NOTE_SIGNATURE_REPEATED');
    seen.add(once);
    return [found];
  });
  if (verified.length === 0) throw new NoteFormatError('NOTE_UNTRUSTED');
  return verified;
}

function byIdentity(keys: readonly NoteKey[]): ReadonlyMap<string, NoteKey> {
  const known = new Map<string, NoteKey>();
  for (const key of keys) {
    const other = known.get(identity(key));
    if (other !== undefined && other.vkey !== key.vkey) throw new NoteFormatError('KEYS_AMBIGUOUS');
    known.set(identity(key), key);
  }
  return known;
}

/** A name holds no "+". */
function identity({ name, id }: { readonly name: string; readonly id: number }): string {
  return `${name}+${String(id)}`;
}

function verifySignature(text: string, { signature }: NoteSignature, key: NoteKey): VerifiedSignature {
  if (key.type === 'ed25519') {
    requireValid(key, Buffer.from(text, 'utf8'), signature);
    return { key, seconds: null };
  }
  const cosignature = decodeCosignature(signature);
  if (cosignature === undefined) throw new NoteFormatError('NOTE_SIGNATURE_INVALID');
  requireValid(key, cosignedMessage(text, cosignature.seconds), cosignature.signature);
  return { key, seconds: cosignature.seconds };
}

function requireValid({ publicKey }: NoteKey, message: Buffer, signature: Buffer): void {
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (!verify(null, message, key, signature)) throw new NoteFormatError('NOTE_SIGNATURE_INVALID');
}
