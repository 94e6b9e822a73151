import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { type CipherNameAndProtocol, type TLSSocket } from 'node:tls';
import { type Caller } from '../gateway/partner-gateway.ts';
import { newQueryId } from '../shared/ids.ts';

/** What is known of a partner's connection once its handshake is done; the same for all its requests. */
export interface Connection {
  /** SHA-256 of the client certificate's DER form, lower-case hex. */
  readonly fingerprint: string;
  /** Negotiated protocol and cipher suite, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly tls: string;
  /** Where the client is: the socket's peer, or what a listed balancer's PROXY header states. No HTTP header can change it. */
  readonly address: string;
  /** Requests whose answers have not left yet; counted by running-requests.ts. */
  running: number;
  /** Called when `running` falls to 0. */
  onIdle: (() => void) | undefined;
  /** The request that arrived last, of those that are served. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
  /** Something unreadable arrived: nothing that follows on it is served. */
  broken: boolean;
}

/** The open connections of the partner listener. */
export class Connections {
  readonly #known = new WeakMap<object, Connection>();

  /**
   * Reads the connection's facts. Undefined where there is no client certificate, or nobody knows where the client is: then it
   * MUST be destroyed.
   */
  admit(socket: TLSSocket, address: string | undefined): Connection | undefined {
    const der = socket.getPeerX509Certificate()?.raw;
    if (der === undefined || address === undefined) return undefined;
    const connection: Connection = {
      fingerprint: createHash('sha256').update(der).digest('hex'),
      tls: negotiated(socket),
      address,
      running: 0,
      onIdle: undefined,
      latest: undefined,
      broken: false,
    };
    this.#known.set(socket, connection);
    return connection;
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
  };
}

/** Suites go by their IANA names, which are the same for both protocols. */
function negotiated(socket: TLSSocket): string {
  const cipher = socket.getCipher() as CipherNameAndProtocol | undefined;
  return `${socket.getProtocol() ?? 'unknown'} ${cipher?.standardName ?? 'unknown'}`;
}
