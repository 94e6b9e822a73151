import { Agent, request } from 'node:https';
import { type IncomingHttpHeaders } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { type TestCertificate } from './test-certificates.ts';

export interface ClientAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  /** The parsed body. */
  json(): Record<string, unknown>;
}

export interface ClientRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface ClientOptions {
  readonly port: number;
  readonly ca: string;
  readonly identity?: TestCertificate;
  readonly tls?: ConnectionOptions;
  readonly maxSockets?: number;
  readonly host?: string;
  /** Address of this machine from which connections go out. */
  readonly localAddress?: string | undefined;
}

export const QUERY_PATH = '/v1/agreements/tr-iskur-cgm-2024/operations/araci-sorgu';
export const QUERY_BODY =
  '{"input":{"tckn":"10000000146"},"purpose":"cocuk-isciligi-takip","caseReference":"2026/118"}';

/** A partner's HTTP client over mutual TLS, with connections that stay open. */
export class PartnerClient {
  readonly #options: ClientOptions;
  readonly #agent: Agent;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: options.maxSockets ?? 10,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      ...tlsOptions(options),
    });
  }

  /** A query that is valid but for what is changed. */
  async query(change: ClientRequest = {}): Promise<ClientAnswer> {
    return this.send({
      method: 'POST',
      path: QUERY_PATH,
      body: QUERY_BODY,
      ...change,
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-token', ...change.headers },
    });
  }

  async send(ask: ClientRequest): Promise<ClientAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: this.#options.host ?? 'localhost',
        port: this.#options.port,
        agent: this.#agent,
        method: ask.method ?? 'GET',
        path: ask.path ?? '/',
        headers: { ...ask.headers },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            rawHeaders: incoming.rawHeaders,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      });
      outgoing.end(ask.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A bare TLS connection, for what no HTTP client would send. Resolves once the server has taken the certificate or not. */
export async function connectTls(options: ClientOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: options.host ?? 'localhost', port: options.port, ...tlsOptions(options) });
    socket.once('secureConnect', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** All that arrives until the other side closes. */
export async function readAll(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (): void => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', done).on('close', done).on('end', done);
  });
}

function tlsOptions(options: ClientOptions): ConnectionOptions {
  const { identity } = options;
  return {
    ca: options.ca,
    servername: 'localhost',
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    ...options.tls,
  };
}
