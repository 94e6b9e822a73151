import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Logger } from '../shared/logger.ts';
import { JSON_TYPE } from './answer-headers.ts';
import { closeGracefully } from './close-gracefully.ts';
import { listen, type ListenAddress } from './listen.ts';

/** What was found about the node, by the name of each check. Says nothing about requests or persons. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  readonly checks: Readonly<Record<string, object>>;
}

/** How the log stands with its time-stamp authority. Times are epoch milliseconds. */
export interface TimeStampFigures {
  readonly configured: boolean;
  /** Records that no stamped checkpoint holds. */
  readonly unstamped: number;
  /** As the authority stated it; null before the first stamp. */
  readonly stampedAt: number | null;
  /** Since when no attempt has succeeded; null while they do. */
  readonly firstFailedAt: number | null;
  /** Whether queries are refused for it. */
  readonly stale: boolean;
}

/** What the listener tells. */
export interface OpsParts {
  readonly readiness: () => Promise<ReadinessReport>;
  /** Text and its media type, for Prometheus. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly timeStamps: () => TimeStampFigures;
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

  constructor(parts: OpsParts) {
    this.#parts = parts;
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
      if (url === '/metrics') return await this.#figures();
    } catch (cause) {
      this.#parts.logger.error('ops.standing-unknown: what the operator asked could not be found out', {
        cause,
      });
      return json(503, { status: 'not-ready', failed: ['checks'], warned: [], checks: {} });
    }
    return NOT_FOUND;
  }

  async #figures(): Promise<OpsAnswer> {
    const { type, text } = await this.#parts.metrics();
    return { status: 200, type, body: text };
  }

  async #readiness(): Promise<OpsAnswer> {
    const { ready, ...found } = await this.#parts.readiness();
    const status = ready ? 'ready' : 'not-ready';
    return json(ready ? 200 : 503, { status, ...found, timeStamps: this.#timeStamps() });
  }

  /** Null where they cannot be read: then a check has said why. */
  #timeStamps(): object | null {
    try {
      return timeStampText(this.#parts.timeStamps());
    } catch {
      return null;
    }
  }
}

function json(status: number, content: object): OpsAnswer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(content)}\n` };
}

function timeStampText({ stampedAt, firstFailedAt, ...figures }: TimeStampFigures): object {
  return { ...figures, stampedAt: timeText(stampedAt), failingSince: timeText(firstFailedAt) };
}

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
