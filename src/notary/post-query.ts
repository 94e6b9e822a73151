import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { MAX_STAMP_BYTES } from '../audit/time-stamp/stamp-response.ts';
import { AuthorityError } from './authority-error.ts';

const QUERY_TYPE = 'application/timestamp-query';
const REPLY_TYPE = 'application/timestamp-reply';

export interface Query {
  readonly url: URL;
  /** DER of an RFC 3161 request. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole of it, from the look-up of the name to the last byte. */
  readonly timeoutMilliseconds: number;
  /** PEM; the authorities of an https server besides which none is trusted. Node's own without it. */
  readonly serverAuthorities?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request to one address (RFC 3161 §3.4) and holds at most 64 KiB of the answer. Follows no redirect and knows
 * no proxy: nothing but the configured address is ever called.
 * @throws AuthorityError
 */
export async function postQuery(query: Query): Promise<Buffer> {
  const deadline = AbortSignal.timeout(query.timeoutMilliseconds);
  const signals = query.signal === undefined ? [deadline] : [deadline, query.signal];
  try {
    const response = await send(query, AbortSignal.any(signals));
    try {
      requireReply(response);
      return await readBounded(response);
    } finally {
      response.destroy();
    }
  } catch (thrown) {
    if (thrown instanceof AuthorityError) throw thrown;
    if (query.signal?.aborted === true) throw new AuthorityError('stopped', thrown);
    throw new AuthorityError(deadline.aborted ? 'slow' : 'unreachable', thrown);
  }
}

async function send(query: Query, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, body, headers, serverAuthorities } = query;
  const options = {
    method: 'POST',
    // A connection of its own, closed with the answer: stamps are rare, and an idle one may have died unseen.
    agent: false,
    signal,
    headers: { ...headers, 'content-type': QUERY_TYPE, accept: REPLY_TYPE, 'content-length': body.length },
    ...(serverAuthorities === undefined ? {} : { ca: serverAuthorities }),
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
    request.on('response', resolve).on('error', reject).end(body);
  });
}

function requireReply({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 300 && statusCode < 400)
    throw new AuthorityError('redirected', `status ${String(statusCode)}`);
  if (statusCode !== 200) throw new AuthorityError('refused', `status ${String(statusCode)}`);
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== REPLY_TYPE) throw new AuthorityError('wrong-type');
}

async function readBounded(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_STAMP_BYTES) throw new AuthorityError('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
