import { isUtf8 } from 'node:buffer';
import { type IncomingHttpHeaders } from 'node:http';
import { answerInvalid } from '../source-error.ts';

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?;?$/i;
const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/** What a body of JSON says. @throws GatewayError SOURCE_ANSWER_INVALID for another type, another encoding, too deep, or no JSON */
export function jsonAnswer(headers: IncomingHttpHeaders, body: Buffer, maxDepth: number): unknown {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw answerInvalid('content-type');
  if (!isUtf8(body)) throw answerInvalid('not UTF-8');
  if (isDeeper(body, maxDepth)) throw answerInvalid('too deep');
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    // The message of a SyntaxError quotes the text.
    throw answerInvalid('not JSON');
  }
}

/** Whether JSON nests deeper than allowed. Says nothing of other text. */
function isDeeper(body: Buffer, maxDepth: number): boolean {
  let depth = 0;
  for (let place = 0; place < body.length; place++) {
    const byte = body[place];
    if (byte === QUOTE) place = endOfString(body, place);
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** The place of the quote that ends the string which begins here, or the end of the body. */
function endOfString(body: Buffer, start: number): number {
  let place = start + 1;
  while (place < body.length && body[place] !== QUOTE) place += body[place] === BACKSLASH ? 2 : 1;
  return place;
}
