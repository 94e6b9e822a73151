import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { cosignedMessage, encodeCosignature } from './cosignature.ts';
import { NoteFormatError } from './note-format-error.ts';
import { createNoteKey, KEY_BYTES, type NoteKey, type NoteKeyType } from './note-key.ts';
import { signatureLine } from './signature-line.ts';
import { requireNoteText } from './signed-note.ts';

/** Signs notes, e.g. the checkpoints of a log. Ed25519 is deterministic: the same text gives the same line. */
export interface NoteSigner {
  readonly vkey: string;
  readonly key: NoteKey;
  /**
   * The whole signature line without newline.
   * @param text ends in a newline
   * @throws NoteFormatError when it is no text of a note
   */
  sign(text: string): string;
}

/** Cosigns the checkpoints of other logs. */
export interface Cosigner {
  readonly vkey: string;
  readonly key: NoteKey;
  /**
   * The whole signature line without newline.
   * @param noteText the checkpoint's text, ending in a newline
   * @param seconds POSIX time
   * @throws NoteFormatError when it is no text of a note, or no time
   */
  cosign(noteText: string, seconds: number): string;
}

/** DER of a PKCS #8 Ed25519 private key up to its seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * @param seed Ed25519 private key, 32 bytes (RFC 8032)
 * @throws NoteFormatError KEY_NAME_INVALID, KEY_LENGTH_WRONG
 */
export function createNoteSigner(name: string, seed: Buffer): NoteSigner {
  const { privateKey, key } = keysOf(name, 'ed25519', seed);
  return {
    vkey: key.vkey,
    key,
    sign: (text) => {
      requireNoteText(text);
      return signatureLine(key, sign(null, Buffer.from(text, 'utf8'), privateKey));
    },
  };
}

/**
 * @param seed Ed25519 private key, 32 bytes, used for no other role
 * @throws NoteFormatError KEY_NAME_INVALID, KEY_LENGTH_WRONG
 */
export function createCosigner(name: string, seed: Buffer): Cosigner {
  const { privateKey, key } = keysOf(name, 'cosignature', seed);
  return {
    vkey: key.vkey,
    key,
    cosign: (noteText, seconds) => {
      requireNoteText(noteText);
      const signature = sign(null, cosignedMessage(noteText, seconds), privateKey);
      return signatureLine(key, encodeCosignature({ seconds, signature }));
    },
  };
}

function keysOf(name: string, type: NoteKeyType, seed: Buffer): { privateKey: KeyObject; key: NoteKey } {
  if (seed.length !== KEY_BYTES) throw new NoteFormatError('KEY_LENGTH_WRONG');
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, key: createNoteKey(name, type, spki.subarray(-KEY_BYTES)) };
}
