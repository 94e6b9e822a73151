import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Logger } from '../shared/logger.ts';
import { JSON_TYPE } from './answer-headers.ts';
import { closeGracefully } from './close-gracefully.ts';
import { listen, type ListenAddress } from './listen.ts';

/** Named conditions for taking requests, e.g. `{ store: true, clock: false }`. */
export type ReadinessChecks = () => Promise<Readonly<Record<string, boolean>>>;

interface OpsAnswer {
  readonly status: number;
  readonly content: object;
}

const NOT_FOUND: OpsAnswer = { status: 404, content: { status: 'not-found' } };

/** The listener for the operator's own tools, plain HTTP: `/healthz`, `/readyz`. Says nothing about requests. */
export class OpsServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #checks: ReadinessChecks;
  readonly #logger: Logger;

  constructor(checks: ReadinessChecks, logger: Logger) {
    this.#checks = checks;
    this.#logger = logger;
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
    const { status, content } = await this.#answer(request);
    const body = `${JSON.stringify(content)}\n`;
    response.writeHead(status, {
      'Content-Type': JSON_TYPE,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  }

  async #answer(request: IncomingMessage): Promise<OpsAnswer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return NOT_FOUND;
    if (request.url === '/healthz') return { status: 200, content: { status: 'alive' } };
    return request.url === '/readyz' ? this.#readiness() : NOT_FOUND;
  }

  async #readiness(): Promise<OpsAnswer> {
    let checks: Readonly<Record<string, boolean>>;
    try {
      checks = await this.#checks();
    } catch (cause) {
      this.#logger.error('ops.readiness-unknown: the readiness checks failed to run', { cause });
      checks = { checks: false };
    }
    const failed = Object.keys(checks).filter((name) => checks[name] !== true);
    const status = failed.length === 0 ? 'ready' : 'not-ready';
    return { status: failed.length === 0 ? 200 : 503, content: { status, failed, checks } };
  }
}
