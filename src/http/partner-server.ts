import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type DropArgument, type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { type PartnerGateway } from '../gateway/partner-gateway.ts';
import { compileAddressRule } from '../identity/address-rule.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { closeGracefully } from './close-gracefully.ts';
import { type ConnectionCounts, ConnectionLog } from './connection-log.ts';
import { type Connection, Connections, newCaller, takesRequests } from './connections.ts';
import { listen, type ListenAddress } from './listen.ts';
import { parseOperationPath } from './operation-path.ts';
import { createPartnerApp, type EvidenceExchange, type PartnerApp } from './partner-app.ts';
import { peerAddress, rememberPeer } from './peer-address.ts';
import { BalancedConnections } from './proxy/balanced-connections.ts';
import { QueryEndpoint } from './query-endpoint.ts';
import { closeWhenIdle, type RawRefusalParts, refuseRaw, type UnreadableMessage } from './raw-refusal.ts';
import { type RefusalCode, refuseRequest } from './refuse-request.ts';
import { RunningRequests } from './running-requests.ts';
import { type TlsFiles, type TlsMaterial } from './tls-files.ts';
import { CONNECTION_BOUNDS, tlsProfile } from './tls-profile.ts';

export interface PartnerServerOptions {
  readonly gateway: PartnerGateway;
  readonly evidence: EvidenceExchange;
  readonly tls: TlsMaterial;
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
  /** Addresses and blocks whose connections begin with a PROXY header; none where it is absent. */
  readonly balancers?: readonly string[];
  /** Milliseconds within which a PROXY header must have arrived. */
  readonly proxyHeaderMilliseconds?: number;
}

/** The listener for partner agencies: mutual TLS, the query endpoint, and an Express app for all else. */
export class PartnerServer {
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #running: RunningRequests;
  readonly #sockets = new Set<Socket>();
  readonly #log: ConnectionLog;
  readonly #queries: QueryEndpoint;
  readonly #others: PartnerApp;
  readonly #refusal: RawRefusalParts;
  readonly #balanced: BalancedConnections | undefined;
  #files: TlsFiles;
  #draining = false;
  #closing: Promise<void> | undefined;

  constructor(options: PartnerServerOptions) {
    const { gateway, evidence, logger, clock, bodyBytes, burst } = options;
    const bounds = { bodyBytes, bodyMilliseconds: options.bodyMilliseconds ?? CONNECTION_BOUNDS.body };
    this.#log = new ConnectionLog(logger, clock);
    this.#connections = new Connections(options.tls.trust);
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
    this.#files = options.tls.files;
    this.#server = createServer(tlsProfile(this.#files));
    this.#server.maxConnections = options.connections ?? CONNECTION_BOUNDS.connections;
    this.#server.timeout = CONNECTION_BOUNDS.silence;
    this.#balanced = this.#behindBalancers(options);
    this.#listenToConnections();
    this.#listenToRequests();
  }

  /** Starts to accept; resolves with the port. @throws FaultsError when the address cannot be taken */
  async listen(address: ListenAddress): Promise<number> {
    return listen(this.#server, address, 'partner');
  }

  /**
   * Goes on with other files: what is shown and who may connect for new connections, whom the authorities stand behind for
   * all. Open connections stay open.
   */
  renew({ files, trust }: TlsMaterial): void {
    // Sessions can be resumed under the context that made them only: where nothing of it changed, it stays.
    if (!isDeepStrictEqual(files, this.#files)) this.#server.setSecureContext(tlsProfile(files));
    this.#files = files;
    this.#connections.renew(trust);
  }

  counts(): ConnectionCounts {
    return this.#log.counts();
  }

  /** Goes on answering, but says with each answer that the connection ends: clients come back by way of another node. */
  drain(): void {
    this.#draining = true;
    this.#connections.endWithAnswers();
  }

  /**
   * Stops accepting, lets running requests finish within the grace, then closes every connection. A request that still comes
   * is told so: 503 OVERLOADED.
   */
  async close(graceMilliseconds: number): Promise<void> {
    this.drain();
    this.#closing ??= closeGracefully(this.#server, this.#sockets, graceMilliseconds).finally(() => {
      this.#others.close();
      this.#log.flush();
    });
    return this.#closing;
  }

  /** Undefined where there are none: then nothing stands before the handshake. */
  #behindBalancers({
    balancers = [],
    proxyHeaderMilliseconds,
  }: PartnerServerOptions): BalancedConnections | undefined {
    if (balancers.length === 0) return undefined;
    return new BalancedConnections(this.#server, {
      balancers: compileAddressRule(balancers),
      headerMilliseconds: proxyHeaderMilliseconds ?? CONNECTION_BOUNDS.proxyHeader,
      refused: (refusal) => {
        this.#log.headerRefused(refusal);
      },
    });
  }

  #listenToConnections(): void {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      rememberPeer(socket);
      this.#connections.begin(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('secureConnection', (socket) => {
      const address =
        this.#balanced === undefined ? (socket.remoteAddress ?? '') : this.#balanced.addressOf(socket);
      const connection = this.#connections.admit(socket, address);
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
      const reason = handshakeReason(error, socket);
      if (reason === 'ECONNRESET' && this.#balanced?.isBalancer(socket) === true) return;
      const address = this.#balanced?.addressOf(socket) ?? peerAddress(socket);
      this.#log.handshakeFailed({ reason, address });
    });
  }

  #listenToRequests(): void {
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
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

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.of(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    if (!takesRequests(connection)) return;
    connection.latest = { request, response };
    if (this.#draining) response.shouldKeepAlive = false;
    // A connection whose certificate is not to be trusted ends with its refusal: its owner may have a new one.
    if (connection.trust.trustedUntil === 0) response.shouldKeepAlive = false;
    const code = this.#firstFault(connection, request, response);
    if (code !== undefined) {
      response.shouldKeepAlive = false;
      void refuseRequest(this.#refusal, { request, response, code, caller: newCaller(connection) });
      return;
    }
    const path = request.method === 'POST' ? parseOperationPath(request.url ?? '') : undefined;
    if (path === undefined) this.#others.app(request, response);
    else void this.#queries.serve({ request, response, connection, path });
  }

  #firstFault(
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
  ): RefusalCode | undefined {
    const keepsToBound = this.#running.add(connection, response);
    if (!keepsToBound || this.#closing !== undefined) return 'OVERLOADED';
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
