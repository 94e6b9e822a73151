import { type IncomingHttpHeaders } from 'node:http';
import { answerInvalid } from '../source-error.ts';

/** Encodings in which services of Turkish agencies answer; without a word it is UTF-8. */
const ENCODINGS = ['utf-8', 'iso-8859-9', 'windows-1254', 'us-ascii'];
const XML_TYPE = /^(?:text\/xml|application\/soap\+xml|application\/xml)[ \t]*(?:;|$)/i;
const CHARSET = /;[ \t]*charset=[ \t]*"?([^";\s]+)/i;
const DECLARED = /^(?:\u00ef\u00bb\u00bf)?<\?xml\s[^?>]{0,80}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** Whether the body says of itself that it is XML. */
export function isXml(headers: IncomingHttpHeaders): boolean {
  return XML_TYPE.test(headers['content-type'] ?? '');
}

/** The text of a body of XML; the header goes before the declaration (RFC 7303 §3.2). @throws GatewayError SOURCE_ANSWER_INVALID */
export function xmlText(headers: IncomingHttpHeaders, body: Buffer): string {
  if (!isXml(headers)) throw answerInvalid('content-type');
  const [, stated] = CHARSET.exec(headers['content-type'] ?? '') ?? [];
  const [, declared] = DECLARED.exec(body.toString('latin1', 0, 200)) ?? [];
  const encoding = (stated ?? declared ?? 'utf-8').toLowerCase();
  if (!ENCODINGS.includes(encoding)) throw answerInvalid('encoding');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    throw answerInvalid('encoding');
  }
}
