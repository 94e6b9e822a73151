import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type CipherNameAndProtocol, type TLSSocket } from 'node:tls';
import { type Caller } from '../gateway/partner-gateway.ts';
import { type CertificateTrust } from '../identity/certificate-trust.ts';
import { newQueryId } from '../shared/ids.ts';
import { socketBeneath } from './peer-address.ts';
import { type ClientTrust } from './trust/client-trust.ts';

/** What is known of a partner's connection once its handshake is done; the same for all its requests. */
export interface Connection {
  /** SHA-256 of the client certificate's DER form, lower-case hex. */
  readonly fingerprint: string;
  /** Negotiated protocol and cipher suite, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly tls: string;
  /** Where the client is: the socket's peer, or what a listed balancer's PROXY header states. No HTTP header can change it. */
  readonly address: string;
  /** What the authorities say of the certificate now. */
  readonly trust: LiveTrust;
  /** Requests whose answers have not left yet; counted by running-requests.ts. */
  running: number;
  /** Called when `running` falls to 0. */
  onIdle: (() => void) | undefined;
  /** The request that arrived last, of those that are served. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
  /** Something unreadable arrived: nothing that follows on it is served. */
  broken: boolean;
}

/** Changed in place, so that requests under way see what was renewed meanwhile. */
type LiveTrust = { -readonly [Key in keyof CertificateTrust]: CertificateTrust[Key] };

/** The open connections of the partner listener. */
export class Connections {
  readonly #known = new WeakMap<object, Connection>();
  readonly #open = new Map<TLSSocket, Connection>();
  readonly #begun = new WeakMap<Socket, ClientTrust>();
  #trust: ClientTrust;

  constructor(trust: ClientTrust) {
    this.#trust = trust;
  }

  /** Notes a connection before its handshake: what OpenSSL proves then is proven on the authorities of this moment. */
  begin(socket: Socket): void {
    this.#begun.set(socket, this.#trust);
  }

  /** From now on other authorities or lists decide, on open connections and for requests under way too. */
  renew(trust: ClientTrust): void {
    const proven = trust.covers(this.#trust);
    this.#trust = trust;
    const judged = new Map<string, CertificateTrust>();
    for (const [socket, connection] of this.#open) {
      const leaf = socket.getPeerX509Certificate();
      const verdict = judged.get(connection.fingerprint) ?? (leaf && trust.judge(leaf, proven));
      if (verdict === undefined) continue;
      judged.set(connection.fingerprint, verdict);
      Object.assign(connection.trust, verdict);
    }
  }

  /** Has the answers that are being made say that their connections end. */
  endWithAnswers(): void {
    for (const { latest } of this.#open.values()) {
      if (latest?.response.headersSent === false) latest.response.shouldKeepAlive = false;
    }
  }

  /**
   * Reads the connection's facts. Undefined where there is no client certificate, or nobody knows where the client is: then it
   * MUST be destroyed.
   */
  admit(socket: TLSSocket, address: string | undefined): Connection | undefined {
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined || address === undefined) return undefined;
    const connection: Connection = {
      fingerprint: createHash('sha256').update(leaf.raw).digest('hex'),
      tls: negotiated(socket),
      address,
      trust: { ...this.#trust.judge(leaf, this.#isProven(socket)) },
      running: 0,
      onIdle: undefined,
      latest: undefined,
      broken: false,
    };
    this.#known.set(socket, connection);
    this.#open.set(socket, connection);
    socket.once('close', () => this.#open.delete(socket));
    return connection;
  }

  /** Whether all authorities of the handshake are still trusted: they may have been renewed while it was under way. */
  #isProven(socket: TLSSocket): boolean {
    const beneath = socketBeneath(socket);
    const begunUnder = beneath && this.#begun.get(beneath);
    return begunUnder !== undefined && this.#trust.covers(begunUnder);
  }

  /** Undefined where the handshake did not complete. */
  of(socket: Duplex): Connection | undefined {
    return this.#known.get(socket);
  }
}

/** Nothing is served after an answer that says it is the last, nor after something unreadable. */
export function takesRequests({ broken, latest }: Connection): boolean {
  return !broken && latest?.response.shouldKeepAlive !== false;
}

/** A caller for one request on the connection, under a new query id. */
export function newCaller(connection: Connection): Caller {
  return {
    queryId: newQueryId(),
    certificateFingerprint: connection.fingerprint,
    tls: connection.tls,
    address: connection.address,
    trust: connection.trust,
  };
}

/** Suites go by their IANA names, which are the same for both protocols. */
function negotiated(socket: TLSSocket): string {
  const cipher = socket.getCipher() as CipherNameAndProtocol | undefined;
  return `${socket.getProtocol() ?? 'unknown'} ${cipher?.standardName ?? 'unknown'}`;
}
