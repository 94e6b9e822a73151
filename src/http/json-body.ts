import { isUtf8 } from 'node:buffer';
import { type IncomingHttpHeaders } from 'node:http';
import { type RequestBody } from '../gateway/partner-gateway.ts';
import { type RequestFault, type Sentence } from '../shared/problem.ts';
import { type ReadBody } from './read-body.ts';

type UnusableBody = Extract<RequestBody, { kind: 'unusable' }>;

const JSON_MEDIA_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?;?$/i;
const BYTE_ORDER_MARK = 0xfeff;

const SENTENCES = {
  slow: {
    tr: 'İstek gövdesi zamanında gelmedi. İsteği bekletmeden gönderin.',
    en: 'The body did not arrive in time. Send the request without a pause.',
  },
  broken: {
    tr: 'İstek gövdesinin HTTP çerçevesi bozuk. Uzunluğu veya parçaları doğru bildirin.',
    en: 'The HTTP framing of the body is broken. State its length or its chunks correctly.',
  },
  empty: {
    tr: 'İstek gövdesi boş. Bir JSON nesnesi gönderin.',
    en: 'The body is empty. Send a JSON object.',
  },
  encoding: {
    tr: 'İstek gövdesi geçerli UTF-8 değil. UTF-8 ile kodlayın.',
    en: 'The body is not valid UTF-8. Encode it as UTF-8.',
  },
  syntax: {
    tr: 'İstek gövdesi geçerli JSON değil. Yazımını düzeltin.',
    en: 'The body is not valid JSON. Correct its syntax.',
  },
  object: {
    tr: 'İstek gövdesi bir JSON nesnesi değil. Bir JSON nesnesi gönderin.',
    en: 'The body is not a JSON object. Send a JSON object.',
  },
} as const satisfies Record<string, Sentence>;

const MEDIA_TYPE_NOT_SUPPORTED = unusable('MEDIA_TYPE_NOT_SUPPORTED');
const PAYLOAD_TOO_LARGE = unusable('PAYLOAD_TOO_LARGE');

/** What a query's body is to the pipeline. Never throws; what cannot be used says why, at the pointer "". */
export function jsonBody(headers: IncomingHttpHeaders, body: ReadBody): RequestBody {
  if (!isJson(headers)) return MEDIA_TYPE_NOT_SUPPORTED;
  if (body.kind === 'too-large') return PAYLOAD_TOO_LARGE;
  if (body.kind === 'broken') return invalidRequest(SENTENCES.broken);
  if (body.kind !== 'whole') return invalidRequest(SENTENCES.slow);
  if (body.bytes.length === 0) return invalidRequest(SENTENCES.empty);
  if (!isUtf8(body.bytes)) return invalidRequest(SENTENCES.encoding);
  return parsed(body.bytes.toString('utf8'));
}

/** A body that is refused as a whole for the reason given. */
export function invalidRequest(messages: Sentence): UnusableBody {
  return unusable('REQUEST_INVALID', [{ pointer: '', messages }]);
}

function parsed(text: string): RequestBody {
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    return invalidRequest(SENTENCES.syntax);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { kind: 'json', value } : invalidRequest(SENTENCES.object);
}

function isJson(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  return type === 'application/json' || (type !== undefined && JSON_MEDIA_TYPE.test(type));
}

function unusable(code: UnusableBody['code'], errors: readonly RequestFault[] = []): UnusableBody {
  return { kind: 'unusable', code, errors };
}
