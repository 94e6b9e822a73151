import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { z } from 'zod';
import { type Sentence } from '../shared/problem.ts';
import { RefusedError } from './command-error.ts';
import { connectionError } from './partner-connection-error.ts';

/** How to reach a gateway as an agency. Certificates and key are PEM. */
export interface PartnerConnection {
  readonly url: string;
  /** Undefined: the authorities that Node trusts. */
  readonly ca: string | undefined;
  readonly certificate: string;
  readonly key: string;
  /** Address of this machine to ask from; undefined leaves the choice to the system. */
  readonly localAddress?: string | undefined;
}

export interface Question {
  readonly agreement: string;
  readonly operation: string;
  readonly tckn: string;
  /** Left out of the request when undefined. */
  readonly purpose: string | undefined;
  readonly caseReference: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Answer {
  readonly kind: 'answer';
  readonly body: z.infer<typeof answerSchema>;
  /** The body as it came. */
  readonly json: unknown;
  /** Answered queries left today; null when the gateway did not say. */
  readonly quotaLeft: number | null;
}

export interface Problem {
  readonly kind: 'problem';
  readonly status: number;
  /** Code of the catalogue, or the error of RFC 6749 from the token endpoint. */
  readonly code: string;
  readonly messages: Sentence;
  /** Members of the request that are wrong, by JSON pointer. */
  readonly errors: readonly { readonly pointer: string; readonly messages: Sentence }[];
  /** The body as it came. */
  readonly json: unknown;
}

export type Token = { readonly kind: 'token'; readonly accessToken: string } | Problem;

interface HttpReply {
  readonly status: number;
  readonly body: unknown;
  readonly rateLimit: string;
}

const MAX_BODY = 1024 * 1024;
const TIMEOUT = 30_000;

const answerSchema = z.looseObject({
  queryId: z.string(),
  outcome: z.enum(['found', 'not-found']),
  agreement: z.looseObject({ id: z.string(), version: z.number() }),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullable(),
  receipt: z.looseObject({ origin: z.string(), index: z.number() }),
});
const sentenceSchema = z.object({ tr: z.string(), en: z.string() });
const problemSchema = z.looseObject({
  code: z.string(),
  messages: sentenceSchema,
  errors: z.array(z.object({ pointer: z.string(), messages: sentenceSchema })).default([]),
});
const tokenSchema = z.looseObject({ access_token: z.string() });
const tokenErrorSchema = z.looseObject({ error: z.string(), messages: sentenceSchema });

/** A partner agency's client: a token for an official first, then questions. Holds one connection open. */
export class PartnerClient {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(connection: PartnerConnection) {
    const { url, ca, certificate, key, localAddress } = connection;
    const from = localAddress === undefined ? {} : { localAddress, family: isIP(localAddress) };
    const trust = ca === undefined ? {} : { ca };
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, cert: certificate, key, ...trust, ...from });
  }

  async token(clientId: string, clientSecret: string): Promise<Token> {
    const reply = await this.#post('/oauth2/token', 'grant_type=client_credentials', {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    });
    const token = tokenSchema.safeParse(reply.body);
    return reply.status === 200 && token.success
      ? { kind: 'token', accessToken: token.data.access_token }
      : problemOf(reply);
  }

  async ask(accessToken: string, question: Question): Promise<Answer | Problem> {
    const { agreement, operation, tckn, purpose, caseReference, idempotencyKey } = question;
    const path = `/v1/agreements/${encodeURIComponent(agreement)}/operations/${encodeURIComponent(operation)}`;
    const reply = await this.#post(path, JSON.stringify({ input: { tckn }, purpose, caseReference }), {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${accessToken}`,
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    });
    const answer = answerSchema.safeParse(reply.body);
    if (reply.status !== 200 || !answer.success) return problemOf(reply);
    const left = /;\s*r=(\d+)/.exec(reply.rateLimit)?.[1];
    return {
      kind: 'answer',
      body: answer.data,
      json: reply.body,
      quotaLeft: left === undefined ? null : Number(left),
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(path: string, body: string, headers: Record<string, string>): Promise<HttpReply> {
    try {
      return await this.#exchange(path, body, headers);
    } catch (cause) {
      throw connectionError(cause, this.#url);
    }
  }

  async #exchange(path: string, body: string, headers: Record<string, string>): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      const options = {
        method: 'POST',
        agent: this.#agent,
        timeout: TIMEOUT,
        headers: { ...headers, ...length },
      };
      const sent = request(new URL(path, this.#url), options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > MAX_BODY) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', reject);
        response.on('end', () => {
          const rateLimit = response.headers['ratelimit'];
          resolve({
            status: response.statusCode ?? 0,
            body: parsed(Buffer.concat(chunks).toString('utf8')),
            rateLimit: typeof rateLimit === 'string' ? rateLimit : '',
          });
        });
      });
      sent.on('timeout', () =>
        sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function problemOf({ status, body }: HttpReply): Problem {
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    const { code, messages, errors } = problem.data;
    return { kind: 'problem', status, code, messages, errors, json: body };
  }
  const token = tokenErrorSchema.safeParse(body);
  if (!token.success) throw new RefusedError(NOT_A_GATEWAY);
  return {
    kind: 'problem',
    status,
    code: token.data.error,
    messages: token.data.messages,
    errors: [],
    json: body,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NOT_A_GATEWAY = {
  tr: 'Gelen yanıt bir geçidin yanıtına benzemiyor. --url ile verilen adresi denetleyin.',
  en: 'What came back is not the answer of a gateway. Check the address given by --url.',
};
