import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Registry } from 'prom-client';
import { type Logger } from '../shared/logger.ts';
import { JSON_TYPE } from './answer-headers.ts';
import { closeGracefully } from './close-gracefully.ts';
import { listen, type ListenAddress } from './listen.ts';
import { createMetrics, type TimeStampFigures } from './metrics.ts';
import { type TlsState } from './tls-reload.ts';

/** Named conditions for taking requests, e.g. `{ store: true, clock: false }`. */
export type ReadinessChecks = () => Promise<Readonly<Record<string, boolean>>>;

/** What the listener tells. */
export interface OpsParts {
  readonly ready: ReadinessChecks;
  readonly timeStamps: () => TimeStampFigures;
  /** Files of the partner listener. */
  readonly tls?: () => TlsState;
  readonly logger: Logger;
}

interface OpsAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const NOT_FOUND = json(404, { status: 'not-found' });

/**
 * The listener for the operator's own tools, plain HTTP: `/healthz`, `/readyz`, `/metrics` (Prometheus). Says nothing about
 * requests or persons.
 */
export class OpsServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #parts: OpsParts;
  readonly #metrics: Registry;

  constructor(parts: OpsParts) {
    this.#parts = parts;
    this.#metrics = createMetrics(parts.timeStamps);
    this.#server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 8 * 1024 });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('request', (request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Starts to accept; resolves with the port. @throws FaultsError when the address cannot be taken */
  async listen(address: ListenAddress): Promise<number> {
    return listen(this.#server, address, 'ops');
  }

  async close(graceMilliseconds: number): Promise<void> {
    return closeGracefully(this.#server, this.#sockets, graceMilliseconds);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.#answer(request);
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  }

  async #answer({ method, url }: IncomingMessage): Promise<OpsAnswer> {
    if (method !== 'GET' && method !== 'HEAD') return NOT_FOUND;
    if (url === '/healthz') return json(200, { status: 'alive' });
    try {
      if (url === '/readyz') return await this.#readiness();
      if (url === '/metrics')
        return { status: 200, type: this.#metrics.contentType, body: await this.#metrics.metrics() };
    } catch (cause) {
      this.#parts.logger.error('ops.standing-unknown: what the operator asked could not be found out', {
        cause,
      });
      return json(503, { status: 'not-ready', failed: ['checks'], checks: { checks: false } });
    }
    return NOT_FOUND;
  }

  async #readiness(): Promise<OpsAnswer> {
    const checks = await this.#parts.ready();
    const failed = Object.keys(checks).filter((name) => checks[name] !== true);
    const status = failed.length === 0 ? 'ready' : 'not-ready';
    const timeStamps = timeStampText(this.#parts.timeStamps());
    const tls = tlsText(this.#parts.tls?.());
    return json(failed.length === 0 ? 200 : 503, { status, failed, checks, timeStamps, tls });
  }
}

function json(status: number, content: object): OpsAnswer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(content)}\n` };
}

function timeStampText({ stampedAt, firstFailedAt, ...figures }: TimeStampFigures): object {
  return { ...figures, stampedAt: timeText(stampedAt), failingSince: timeText(firstFailedAt) };
}

function tlsText(state: TlsState | undefined): object | undefined {
  if (state === undefined) return undefined;
  const { since, certificateUntil, listsUntil, refused } = state;
  return {
    since: timeText(since),
    certificateUntil: timeText(certificateUntil),
    listsUntil: timeText(listsUntil),
    refused,
  };
}

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
