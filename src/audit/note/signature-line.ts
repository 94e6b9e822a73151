import { NoteFormatError } from './note-format-error.ts';
import { isKeyName, type NoteKey } from './note-key.ts';
import { decodeBase64 } from './strict-text.ts';

/** A signature line as it was read; says nothing about whether it verifies. */
export interface NoteSignature {
  readonly name: string;
  /** uint32 */
  readonly id: number;
  /** What follows the id: for a cosignature its time and signature. At least one byte. */
  readonly signature: Buffer;
  /** The whole line without its newline. */
  readonly line: string;
}

/** U+2014 and a space. */
const DASH = '\u2014 ';
const ID_BYTES = 4;

/** A whole signature line without newline: `— <name> <base64(id ‖ signature)>`. */
export function signatureLine({ name, id }: Pick<NoteKey, 'name' | 'id'>, signature: Buffer): string {
  const blob = Buffer.alloc(ID_BYTES + signature.length);
  blob.writeUInt32BE(id, 0);
  signature.copy(blob, ID_BYTES);
  return `${DASH}${name} ${blob.toString('base64')}`;
}

/**
 * Reads a signature line; accepts only what `signatureLine` writes.
 * @throws NoteFormatError NOTE_SIGNATURE_MALFORMED
 */
export function parseSignatureLine(line: string): NoteSignature {
  const [name = '', base64 = '', ...more] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : [];
  const blob = decodeBase64(base64);
  if (!isKeyName(name) || more.length > 0 || blob === undefined || blob.length <= ID_BYTES) {
    throw new NoteFormatError('NOTE_SIGNATURE_MALFORMED');
  }
  return { name, id: blob.readUInt32BE(0), signature: blob.subarray(ID_BYTES), line };
}
