import { NoteFormatError } from './note-format-error.ts';

/** Upper bound of a signed note in bytes: 100 post-quantum signatures of 5 kB and their text fit. */
export const MAX_NOTE_BYTES: number = 1024 * 1024;

const CONTROLS = /[\u0000-\u0009\u000b-\u001f]/;
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of a format whose lines end in a newline: valid UTF-8 and no other control character (C2SP signed-note).
 * @param maxBytes longer input is refused unread
 * @throws NoteFormatError NOTE_TOO_LARGE, NOTE_NOT_TEXT
 */
export function readText(input: Buffer | string, maxBytes: number = MAX_NOTE_BYTES): string {
  if (input.length > maxBytes) throw new NoteFormatError('NOTE_TOO_LARGE');
  // A string may hold lone surrogates, which have no UTF-8 form: they come back as U+FFFD.
  const bytes = typeof input === 'string' ? Buffer.from(input, 'utf8') : input;
  if (bytes.length > maxBytes) throw new NoteFormatError('NOTE_TOO_LARGE');
  const text = decode(bytes);
  if (CONTROLS.test(text)) throw new NoteFormatError('NOTE_NOT_TEXT');
  if (typeof input === 'string' && text !== input) throw new NoteFormatError('NOTE_NOT_TEXT');
  return text;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NoteFormatError('NOTE_NOT_TEXT');
  }
}

/** Bytes of a standard base64 text (RFC 4648 §4); undefined where an encoder would write them differently. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** A decimal number without leading zeros; undefined when it is none, Infinity when it is above 2^53-1. */
export function decodeDecimal(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : Infinity;
}
