import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { type AgencyAccess } from './demo-access.ts';
import { AGREEMENT, KNOWN, OPERATION, PURPOSE } from './gateway-realm.ts';

/** As much of an answer as a count needs. */
export interface LineAnswer {
  readonly status: number;
  json(): Record<string, unknown>;
}

interface Opening {
  readonly port: number;
  readonly context: SecureContext;
  /** Resumed by all connections but the first, which spares both sides the costly part of the handshake. */
  readonly session?: Buffer;
}

/** Connections that are opened at the same time; more would overflow the queue of the listener. */
const WAVE = 100;
const END_OF_HEAD = '\r\n\r\n';

/** Opens so many connections of an agency. They share what can be shared, so that a thousand of them are cheap. */
export async function openLines(
  count: number,
  port: number,
  { ca, agency }: { readonly ca: string; readonly agency: AgencyAccess },
): Promise<LoadLine[]> {
  const context = createSecureContext({ ca, cert: agency.certificate, key: agency.key });
  const first = await LoadLine.open({ port, context });
  const session = await first.session;
  const lines: LoadLine[] = [first];
  while (lines.length < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - lines.length) }, async () =>
      LoadLine.open({ port, context, session }),
    );
    lines.push(...(await Promise.all(wave)));
  }
  return lines;
}

/** One connection that stays open and carries one call at a time. */
export class LoadLine {
  /** What the server gave to resume this connection with. */
  readonly session: Promise<Buffer>;
  readonly #socket: TLSSocket;
  #received = '';
  #waiting: { resolve(answer: LineAnswer): void; reject(error: Error): void } | undefined;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.session = new Promise((resolve) => socket.once('session', resolve));
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      this.#look();
    });
    socket.on('close', () => {
      this.#waiting?.reject(new Error('the connection ended before an answer'));
    });
  }

  static async open({ port, context, session }: Opening): Promise<LoadLine> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, servername: 'localhost', secureContext: context };
      const resumed = session === undefined ? {} : { session };
      const socket = connect({ ...options, ...resumed }, () => {
        resolve(line);
      });
      const line = new LoadLine(socket);
      socket.setNoDelay(true).on('error', reject);
    });
  }

  /** A query that is valid for whoever may ask. */
  async query(token: string): Promise<LineAnswer> {
    const input = { tckn: KNOWN.tckn };
    const body = JSON.stringify({ input, purpose: PURPOSE, caseReference: '2026/118' });
    const head = [
      `POST /v1/agreements/${AGREEMENT}/operations/${OPERATION} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${String(body.length)}`,
      `Authorization: Bearer ${token}`,
    ];
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new Error('the connection has ended'));
        return;
      }
      this.#waiting = { resolve, reject };
      this.#socket.write(`${head.join('\r\n')}${END_OF_HEAD}${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The gateway sends every body whole and names its length. */
  #look(): void {
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const text = this.#received.slice(end + END_OF_HEAD.length);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
    if (Buffer.byteLength(text) < length) return;
    this.#received = '';
    const status = Number(head.split(' ')[1]);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, json: () => JSON.parse(text) as Record<string, unknown> });
  }
}
