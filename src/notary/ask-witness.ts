import { type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WitnessError } from './witness-error.ts';

/** PEM texts with which a witness is called, and by which its server is believed. */
export interface WitnessAccess {
  readonly certificate: string;
  readonly key: string;
  /** Authorities besides which none is trusted. */
  readonly ca: string;
}

/** One request to one witness. */
export interface WitnessQuestion {
  readonly url: URL;
  /** Null asks by GET. */
  readonly body: string | null;
  readonly access: WitnessAccess;
  /** For the whole of it, from the look-up of the name to the last byte. */
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came back. */
export interface WitnessReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';
/** A hundred cosignatures fit. */
const MAX_REPLY_BYTES = 16 * 1024;

/**
 * Sends one request over https with our own certificate, follows no redirect and holds at most 16 KiB of the answer.
 * @throws WitnessError `unreachable`, `slow`, `redirected`, `too-large`, `stopped`
 */
export async function askWitness(question: WitnessQuestion): Promise<WitnessReply> {
  const deadline = AbortSignal.timeout(question.timeoutMilliseconds);
  const signals = question.signal === undefined ? [deadline] : [deadline, question.signal];
  try {
    const response = await send(question, AbortSignal.any(signals));
    try {
      return await replyOf(response);
    } finally {
      response.destroy();
    }
  } catch (cause) {
    if (cause instanceof WitnessError) throw cause;
    if (question.signal?.aborted === true) throw new WitnessError('stopped', { cause });
    throw new WitnessError(deadline.aborted ? 'slow' : 'unreachable', { cause });
  }
}

async function send({ url, body, access }: WitnessQuestion, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== 'https:')
    throw new WitnessError('unreachable', { cause: `not https: ${url.protocol}` });
  const options = {
    method: body === null ? 'GET' : 'POST',
    // A connection of its own, closed with the answer: an idle one may have died unseen.
    agent: false,
    signal,
    cert: access.certificate,
    key: access.key,
    ca: access.ca,
    headers: body === null ? {} : { 'content-type': TEXT, 'content-length': Buffer.byteLength(body) },
  };
  return new Promise((resolve, reject) => {
    requestHttps(url, options)
      .on('response', resolve)
      .on('error', reject)
      .end(body ?? undefined);
  });
}

async function replyOf(response: IncomingMessage): Promise<WitnessReply> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) throw new WitnessError('redirected', { status });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new WitnessError('too-large', { status });
    chunks.push(chunk);
  }
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return { status, type: type.trim().toLowerCase(), body: Buffer.concat(chunks, size).toString('utf8') };
}
