import { isIP } from 'node:net';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import mysql from 'mysql2';
import { answerInvalid } from '../../source-error.ts';
import { MAX_ANSWER_BYTES } from '../server/answer-limit.ts';
import { type ServerAccess } from '../server/server-access.ts';

interface PacketParser {
  execute(data: Buffer): void;
}

/** What the driver's connection has and its types leave out. */
interface Inner extends mysql.Connection {
  stream: TLSSocket;
  packetParser: PacketParser;
  startTLS(onSecure: (error?: Error) => void): void;
  on(event: 'warn', listener: () => void): this;
  on(event: string, listener: (argument: never) => void): this;
}

/**
 * The wire of one session. The driver reads whatever a server sends; here, more than an answer may hold and everything
 * that is not the protocol destroys the connection.
 */
export class MysqlWire {
  readonly connection: mysql.Connection;
  readonly #inner: Inner;
  #bytes = 0;
  /** Why it was destroyed, where the driver would only say that it ended. */
  #reason: Error | undefined;

  /** Begins to connect. @param onLost told when the connection is no more */
  constructor(access: ServerAccess, onLost: (error: Error) => void) {
    this.#inner = mysql.createConnection(options(access)) as unknown as Inner;
    this.connection = this.#inner;
    const lost = (error?: Error): void => {
      onLost(this.#reason ?? error ?? new Error('ended'));
    };
    this.#inner.on('error', lost);
    this.#inner.on('end', lost);
    // Packets out of order; thrown, so that it reaches `#guarded` and nothing is read after it.
    this.#inner.on('warn', () => {
      throw answerInvalid('PROTOCOL');
    });
    this.#inner.packetParser = this.#guarded(this.#inner.packetParser);
    if (access.tls?.verified === true && isIP(access.host) !== 0) this.#proveAddress(access.host);
  }

  /** Whether anything came since the last `expectAnswer`. */
  get began(): boolean {
    return this.#bytes > 0;
  }

  /** A new question is asked. */
  expectAnswer(): void {
    this.#bytes = 0;
  }

  /** Ends the connection at once; what waits for it rejects with the reason. */
  destroy(reason?: Error): void {
    this.#reason ??= reason;
    this.#inner.stream.destroy();
  }

  #guarded(parser: PacketParser): PacketParser {
    return {
      execute: (data) => {
        this.#bytes += data.length;
        if (this.#bytes > MAX_ANSWER_BYTES) {
          this.destroy(answerInvalid('ANSWER_TOO_LARGE'));
          return;
        }
        try {
          parser.execute(data);
        } catch {
          this.destroy(answerInvalid('PROTOCOL'));
        }
      },
    };
  }

  /** The driver proves names only; a server that is named by its address has to show a certificate for the address. */
  #proveAddress(host: string): void {
    const start = this.#inner.startTLS.bind(this.#inner);
    this.#inner.startTLS = (onSecure) => {
      start((error) => {
        onSecure(error ?? checkServerIdentity(host, this.#inner.stream.getPeerCertificate(true)));
      });
    };
  }
}

function options({ host, port, database, user, password, tls }: ServerAccess): mysql.ConnectionOptions {
  return {
    host,
    port,
    database,
    user,
    password: password(),
    ...(tls === undefined ? {} : { ssl: sslOptions(host, tls) }),
    enableKeepAlive: true,
    charset: 'utf8mb4',
    // The connection's own time limit is the signal of whoever opens it.
    connectTimeout: 0,
    multipleStatements: false,
    flags: ['-LOCAL_FILES'],
    // Parsers compiled from what a server names its columns are no way to read a server that is not trusted.
    disableEval: true,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    jsonStrings: true,
  };
}

function sslOptions(
  host: string,
  { ca, cert, key, verified }: NonNullable<ServerAccess['tls']>,
): mysql.SslOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verified,
    verifyIdentity: verified && isIP(host) === 0,
  };
}
