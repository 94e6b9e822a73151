import { NoteFormatError } from './note-format-error.ts';

/** What a witness signed, and when. */
export interface Cosignature {
  /** POSIX seconds. */
  readonly seconds: number;
  /** Ed25519, 64 bytes. */
  readonly signature: Buffer;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/**
 * The bytes that a witness signs (C2SP tlog-cosignature v1). They do not name the witness: each role needs its own key.
 * @param noteText the checkpoint's three lines, ending in a newline
 * @throws NoteFormatError COSIGNATURE_TIME_INVALID
 */
export function cosignedMessage(noteText: string, seconds: number): Buffer {
  if (!isTime(seconds)) throw new NoteFormatError('COSIGNATURE_TIME_INVALID');
  return Buffer.from(`cosignature/v1\ntime ${String(seconds)}\n${noteText}`, 'utf8');
}

/** What stands in a cosignature's line after the key id: u64be seconds ‖ signature. */
export function encodeCosignature({ seconds, signature }: Cosignature): Buffer {
  if (!isTime(seconds)) throw new NoteFormatError('COSIGNATURE_TIME_INVALID');
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds), 0);
  return Buffer.concat([time, signature]);
}

/** Undefined where the bytes are none, or their time is above 2^53-1 seconds. */
export function decodeCosignature(blob: Buffer): Cosignature | undefined {
  if (blob.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = Number(blob.readBigUInt64BE(0));
  return isTime(seconds) ? { seconds, signature: blob.subarray(TIME_BYTES) } : undefined;
}

function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0;
}
