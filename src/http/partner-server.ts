import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type DropArgument, type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type TLSSocket } from 'node:tls';
import { type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { closeGracefully } from './close-gracefully.ts';
import { type ConnectionCounts, ConnectionLog } from './connection-log.ts';
import { type Connection, Connections, newCaller, takesRequests } from './connections.ts';
import { listen, type ListenAddress } from './listen.ts';
import { parseOperationPath } from './operation-path.ts';
import { createPartnerApp, type EvidenceExchange, type PartnerApp } from './partner-app.ts';
import { QueryEndpoint } from './query-endpoint.ts';
import { QueryMessage } from './query-message.ts';
import { closeWhenIdle, type RawRefusalParts, refuseRaw, type UnreadableMessage } from './raw-refusal.ts';
import { type RefusalCode, refuseRequest } from './refuse-request.ts';
import { RunningRequests } from './running-requests.ts';
import { type TlsFiles } from './tls-files.ts';
import { CONNECTION_BOUNDS, tlsProfile } from './tls-profile.ts';

export interface PartnerServerOptions {
  readonly gateway: PartnerGateway;
  readonly evidence: EvidenceExchange;
  readonly tls: TlsFiles;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly bodyBytes: number;
  /** Milliseconds within which a body must have arrived. */
  readonly bodyMilliseconds?: number;
  /** Most connections open at once. */
  readonly connections?: number;
  /** Most requests of one certificate under way. */
  readonly requestsPerCertificate?: number;
  /** Requests a certificate may send at once, and a second for long. */
  readonly burst: { readonly size: number; readonly perSecond: number };
}

/** The listener for partner agencies: mutual TLS, the query endpoint, and an Express app for all else. */
export class PartnerServer {
  readonly #server: Server<typeof QueryMessage>;
  readonly #connections = new Connections();
  readonly #running: RunningRequests;
  readonly #sockets = new Set<Socket>();
  readonly #log: ConnectionLog;
  readonly #queries: QueryEndpoint;
  readonly #others: PartnerApp;
  readonly #refusal: RawRefusalParts;
  #closing: Promise<void> | undefined;

  constructor(options: PartnerServerOptions) {
    const { gateway, evidence, logger, clock, bodyBytes, burst } = options;
    const bounds = { bodyBytes, bodyMilliseconds: options.bodyMilliseconds ?? CONNECTION_BOUNDS.body };
    this.#log = new ConnectionLog(logger, clock);
    this.#refusal = { gateway, logger, log: this.#log };
    this.#running = new RunningRequests(
      options.requestsPerCertificate ?? CONNECTION_BOUNDS.requestsPerCertificate,
    );
    this.#queries = new QueryEndpoint(gateway, logger, bounds);
    this.#others = createPartnerApp({
      gateway,
      evidence,
      logger,
      clock,
      connections: this.#connections,
      bounds,
      burst,
    });
    this.#server = createServer({ ...tlsProfile(options.tls), IncomingMessage: QueryMessage });
    this.#server.maxConnections = options.connections ?? CONNECTION_BOUNDS.connections;
    this.#server.timeout = CONNECTION_BOUNDS.silence;
    this.#listenToConnections();
    this.#listenToRequests();
  }

  /** Starts to accept; resolves with the port. @throws FaultsError when the address cannot be taken */
  async listen(address: ListenAddress): Promise<number> {
    return listen(this.#server, address, 'partner');
  }

  counts(): ConnectionCounts {
    return this.#log.counts();
  }

  /** Stops accepting, lets running requests finish within the grace, then closes every connection. */
  async close(graceMilliseconds: number): Promise<void> {
    this.#closing ??= closeGracefully(this.#server, this.#sockets, graceMilliseconds).finally(() => {
      this.#others.close();
      this.#log.flush();
    });
    return this.#closing;
  }

  #listenToConnections(): void {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      rememberPeer(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('secureConnection', (socket) => {
      const connection = this.#connections.admit(socket);
      if (connection === undefined) {
        socket.destroy();
        return;
      }
      socket.once('close', () => {
        this.#running.closed(connection);
      });
    });
    this.#server.on('drop', (dropped: DropArgument | undefined) => {
      this.#log.connectionDropped(dropped?.remoteAddress ?? 'unknown');
    });
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      this.#log.handshakeFailed({ reason: handshakeReason(error, socket), address: peerAddress(socket) });
    });
  }

  #listenToRequests(): void {
    const serve = (request: QueryMessage, response: ServerResponse): void => {
      this.#serve(request, response);
    };
    this.#server.on('request', serve).on('checkExpectation', serve);
    this.#server.on('connect', (_request, socket) => {
      socket.on('error', () => socket.destroy());
      this.#refuse({ socket, reason: 'CONNECT', code: 'ROUTE_NOT_FOUND' });
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#onClientError(error.code ?? '', socket);
    });
  }

  #onClientError(reason: string, socket: Duplex): void {
    const connection = this.#connections.of(socket);
    if (connection !== undefined && reason === 'ERR_HTTP_REQUEST_TIMEOUT') {
      void closeWhenIdle(socket, connection);
      return;
    }
    // All else but a parser's complaint means that nobody is there to be answered, or that no handshake took place.
    if (!reason.startsWith('HPE_') || reason === 'HPE_INVALID_EOF_STATE') socket.destroy();
    else this.#refuse({ socket, reason, code: 'REQUEST_INVALID' });
  }

  #serve(request: QueryMessage, response: ServerResponse): void {
    const connection = this.#connections.of(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    if (!takesRequests(connection)) return;
    connection.latest = { request, response };
    if (this.#closing !== undefined) response.shouldKeepAlive = false;
    const code = this.#firstFault(connection, request, response);
    if (code !== undefined) {
      response.shouldKeepAlive = false;
      void refuseRequest(this.#refusal, { request, response, code, caller: newCaller(connection) });
      return;
    }
    const path = request.method === 'POST' ? parseOperationPath(request.url ?? '') : undefined;
    if (path === undefined) this.#others.app(request, response);
    else this.#queries.serve({ request, response, connection, path });
  }

  #firstFault(
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
  ): RefusalCode | undefined {
    if (!this.#running.add(connection, response)) return 'OVERLOADED';
    return request.headers.host === undefined && request.httpVersion === '1.1'
      ? 'REQUEST_INVALID'
      : undefined;
  }

  #refuse(message: Omit<UnreadableMessage, 'connection'> & { readonly socket: Duplex }): void {
    const connection = this.#connections.of(message.socket);
    if (connection === undefined) message.socket.destroy();
    else void refuseRaw(this.#refusal, { ...message, connection });
  }
}

function handshakeReason(error: NodeJS.ErrnoException, socket: TLSSocket): string {
  // A certificate that does not verify ends the connection without an error of its own; its code stands here.
  const verification: unknown = socket.authorizationError;
  return typeof verification === 'string' ? verification : (error.code ?? 'UNKNOWN');
}

/** A socket asks the operating system for its peer once, and only while it is open. */
function rememberPeer(socket: Socket): string | undefined {
  return socket.remoteAddress;
}

function peerAddress(socket: TLSSocket): string {
  // A TLS socket that is already destroyed has lost its peer; the TCP socket beneath remembers it.
  const beneath = Reflect.get(socket, '_parent') as Socket | null | undefined;
  return socket.remoteAddress ?? beneath?.remoteAddress ?? 'unknown';
}
