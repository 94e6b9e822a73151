import { hash } from 'node:crypto';
import { NoteFormatError } from './note-format-error.ts';
import { decodeBase64 } from './strict-text.ts';

/** What a key signs: notes as they are, or cosignatures of checkpoints with a time. */
export type NoteKeyType = 'ed25519' | 'cosignature';

/** A public key under a name, as notes identify it (C2SP signed-note). */
export interface NoteKey {
  /** For a log its origin. */
  readonly name: string;
  /** uint32; first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). Identifies, does not secure. */
  readonly id: number;
  readonly type: NoteKeyType;
  /** Ed25519, 32 bytes (RFC 8032). */
  readonly publicKey: Buffer;
  /** `name+id+base64`: the whole key as text. */
  readonly vkey: string;
}

/** Bytes of an Ed25519 public key or seed. */
export const KEY_BYTES = 32;

const TYPE_BYTE: Readonly<Record<NoteKeyType, number>> = { ed25519: 0x01, cosignature: 0x04 };
const MAX_VKEY = 4096;
const NAME = /^[^\p{White_Space}\p{Cc}\p{Cs}+]+$/u;
const VKEY = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/su;

/** Whether a text can name a key: not empty, no Unicode space, no "+", no control character. */
export function isKeyName(name: string): boolean {
  return NAME.test(name);
}

/**
 * The key of a name and a public key.
 * @param publicKey 32 bytes
 * @throws NoteFormatError KEY_NAME_INVALID, KEY_LENGTH_WRONG
 */
export function createNoteKey(name: string, type: NoteKeyType, publicKey: Buffer): NoteKey {
  if (!isKeyName(name)) throw new NoteFormatError('KEY_NAME_INVALID');
  if (publicKey.length !== KEY_BYTES) throw new NoteFormatError('KEY_LENGTH_WRONG');
  const id = keyId(name, type, publicKey);
  const parts = { name, type, publicKey, id };
  return { ...parts, vkey: encodeVkey(parts) };
}

/** The text form of a key, `<name>+<id, 8 hex digits>+<base64(type ‖ public key)>`. */
export function encodeVkey({ name, id, type, publicKey }: Omit<NoteKey, 'vkey'>): string {
  const hex = id.toString(16).padStart(8, '0');
  return `${name}+${hex}+${typed(type, publicKey).toString('base64')}`;
}

/**
 * Reads the text form of a key; accepts only what `encodeVkey` writes.
 * @throws NoteFormatError KEY_MALFORMED, KEY_NAME_INVALID, KEY_TYPE_UNKNOWN, KEY_LENGTH_WRONG, KEY_ID_DIFFERS
 */
export function parseVkey(text: string): NoteKey {
  const [, name = '', hex = '', base64 = ''] = (text.length <= MAX_VKEY ? VKEY.exec(text) : null) ?? [];
  const material = decodeBase64(base64);
  if (material === undefined || material.length === 0) throw new NoteFormatError('KEY_MALFORMED');
  const key = createNoteKey(name, typeOf(material[0]), material.subarray(1));
  if (key.id !== parseInt(hex, 16)) throw new NoteFormatError('KEY_ID_DIFFERS');
  return key;
}

function typeOf(byte: number | undefined): NoteKeyType {
  if (byte === TYPE_BYTE.ed25519) return 'ed25519';
  if (byte === TYPE_BYTE.cosignature) return 'cosignature';
  throw new NoteFormatError('KEY_TYPE_UNKNOWN');
}

function keyId(name: string, type: NoteKeyType, publicKey: Buffer): number {
  const input = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), typed(type, publicKey)]);
  return hash('sha256', input, 'buffer').readUInt32BE(0);
}

function typed(type: NoteKeyType, publicKey: Buffer): Buffer {
  return Buffer.concat([Buffer.from([TYPE_BYTE[type]]), publicKey]);
}
