import { AnswerMismatch } from './answer-mismatch.ts';

/** Letters below U+0300 are in NFC whatever stands beside them; this holds every Turkish letter. */
const PLAIN = /^[ -~\u00a0-\u02ff]*$/;

/** Control characters, lone surrogates, line separators and U+FFFD, the trace of text that was decoded wrongly. */
const REFUSED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u;

/**
 * The text itself when it is well-formed, in NFC, without control characters and 1 to `maxLength` code points long.
 * Text is never repaired: what leaves is what the source holds.
 * @throws AnswerMismatch
 */
export function requireText(text: string, field: string, maxLength: number): string {
  // A code point is one or two UTF-16 units, so this bounds the work of what follows.
  if (text.length === 0 || text.length > 2 * maxLength) throw new AnswerMismatch('length', field);
  if (PLAIN.test(text)) {
    if (text.length > maxLength) throw new AnswerMismatch('length', field);
    return text;
  }
  if (REFUSED.test(text)) throw new AnswerMismatch('characters', field);
  if (text.normalize('NFC') !== text) throw new AnswerMismatch('normal-form', field);
  if (text.length > maxLength && Array.from(text).length > maxLength)
    throw new AnswerMismatch('length', field);
  return text;
}
