import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { BoundedLines } from './bounded-lines.ts';

/** How often things went wrong below the level of a request, since the start. */
export interface ConnectionCounts {
  readonly handshakesFailed: number;
  /** Failed handshakes by reason: OpenSSL and verification codes, a closed set. */
  readonly handshakesFailedBy: Readonly<Record<string, number>>;
  /** Messages on an authenticated connection that are not HTTP. */
  readonly requestsUnreadable: number;
  /** Connections that came when all were taken. */
  readonly connectionsDropped: number;
  /** Connections of a balancer without a usable PROXY header. */
  readonly headersRefused: number;
}

/** A connection from a listed balancer that was closed before its handshake. */
export interface HeaderRefusal {
  readonly reason: string;
  /** The balancer's own. */
  readonly address: string;
}

/** A handshake that failed: nothing is known of the client but its address. */
export interface HandshakeFailure {
  readonly reason: string;
  readonly address: string;
}

/** A message of a known certificate; its address belongs to the sealed part of its record. */
export interface UnreadableMessageLine {
  readonly reason: string;
  readonly certificate: string;
  /** Id of its record, where the message is none of a request's body. */
  readonly queryId?: string;
}

const HANDSHAKES = {
  event: 'tls.handshake-failed: a client did not complete the TLS handshake',
  sum: 'tls.handshake-failures-not-listed: more handshakes failed than are listed one by one',
};
const UNREADABLE = {
  event: 'http.request-unreadable: a message on an authenticated connection is not HTTP',
  sum: 'http.requests-unreadable-not-listed: more messages were not HTTP than are listed one by one',
};
const DROPPED = {
  event: 'tls.connection-dropped: a connection was closed because all connections are taken',
  sum: 'tls.connections-dropped-not-listed: more connections were closed than are listed one by one',
};
const HEADERS = {
  event: 'proxy.header-refused: a balancer did not begin a connection with a usable PROXY header',
  sum: 'proxy.headers-refused-not-listed: more connections had no usable PROXY header than are listed one by one',
};

/** Counts all failures and logs them within bounds. */
export class ConnectionLog {
  readonly #handshakeLines: BoundedLines;
  readonly #unreadableLines: BoundedLines;
  readonly #droppedLines: BoundedLines;
  readonly #headerLines: BoundedLines;
  readonly #failedBy = new Map<string, number>();
  #failed = 0;
  #unreadable = 0;
  #dropped = 0;
  #headersRefused = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#handshakeLines = new BoundedLines(logger, clock, HANDSHAKES);
    this.#unreadableLines = new BoundedLines(logger, clock, UNREADABLE);
    this.#droppedLines = new BoundedLines(logger, clock, DROPPED);
    this.#headerLines = new BoundedLines(logger, clock, HEADERS);
  }

  counts(): ConnectionCounts {
    return {
      handshakesFailed: this.#failed,
      handshakesFailedBy: Object.fromEntries(this.#failedBy),
      requestsUnreadable: this.#unreadable,
      connectionsDropped: this.#dropped,
      headersRefused: this.#headersRefused,
    };
  }

  handshakeFailed(failure: HandshakeFailure): void {
    this.#failed++;
    this.#failedBy.set(failure.reason, (this.#failedBy.get(failure.reason) ?? 0) + 1);
    this.#handshakeLines.write({ ...failure });
  }

  requestUnreadable(message: UnreadableMessageLine): void {
    this.#unreadable++;
    this.#unreadableLines.write({ ...message });
  }

  connectionDropped(address: string): void {
    this.#dropped++;
    this.#droppedLines.write({ address });
  }

  headerRefused(refusal: HeaderRefusal): void {
    this.#headersRefused++;
    this.#headerLines.write({ ...refusal });
  }

  /** Writes what has only been counted so far. */
  flush(): void {
    const all = [this.#handshakeLines, this.#unreadableLines, this.#droppedLines, this.#headerLines];
    for (const lines of all) lines.flush();
  }
}
