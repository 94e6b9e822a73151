import { type IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { answerInvalid } from '../source-error.ts';
import { untilAborted } from '../until-aborted.ts';
import { exchangeError } from './exchange-error.ts';
import { type HttpSettings } from './http-settings.ts';
import { readTlsAccess } from './tls-access.ts';

/** One request. `path` is percent-encoded and begins with a slash. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** `https://host[:port]` */
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** One whole answer, within the limits. Its status is no redirect and its body is not compressed. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const MAX_HEADER_BYTES = 16 * 1024;
/** Connections at once, where the settings do not say. */
const CONNECTIONS = 16;

/**
 * Calls one system over HTTPS, with connections of its own. It asks for no compression, follows no redirect, knows no
 * proxy and keeps no cookies: nothing but the configured addresses is ever called.
 */
export class HttpCaller {
  readonly #agent: Agent;

  /** @throws FaultsError when a PEM file cannot be used */
  constructor(settings: HttpSettings) {
    const { timeoutMilliseconds, answerBytes, limits } = settings;
    this.#agent = new Agent({
      connections: limits.concurrency ?? CONNECTIONS,
      pipelining: 1,
      maxResponseSize: answerBytes,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: timeoutMilliseconds,
      bodyTimeout: timeoutMilliseconds,
      connect: {
        ...readTlsAccess(settings.id, settings.tls),
        timeout: timeoutMilliseconds,
        minVersion: 'TLSv1.2',
        allowH2: false,
      },
    });
  }

  /**
   * Sends the request and reads the answer to its end. Once `signal` is aborted the connection is dropped, so that a
   * late answer cannot be taken for that of the next call.
   * @throws GatewayError SOURCE_UNAVAILABLE, SOURCE_ANSWER_INVALID
   */
  async call(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    // A request that waits for its connection does not hear its signal.
    return untilAborted(signal, this.#exchange(request, signal));
  }

  /** Drops every connection, those in use too. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    let began = false;
    try {
      const response = await this.#agent.request({
        ...request,
        body: request.body ?? null,
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        signal,
      });
      began = true;
      refuseOther(response);
      const body = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: response.headers, body };
    } catch (thrown) {
      throw exchangeError(thrown, { began, signal });
    }
  }
}

/** Refuses what is not even read; dropping the body drops the connection. */
function refuseOther({ statusCode, headers, body }: Dispatcher.ResponseData): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  const redirect = statusCode >= 300 && statusCode < 400;
  if (!redirect && String(encoding).toLowerCase() === 'identity') return;
  body.on('error', () => undefined);
  body.destroy();
  throw answerInvalid(redirect ? 'redirected' : 'compressed');
}
