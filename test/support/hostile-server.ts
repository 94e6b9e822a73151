import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { testCertificates } from './test-certificates.ts';

/** What the server does once a whole head of a request is there. */
type Script = (socket: Socket, head: string) => void;

/** A server that speaks HTTP only as far as a test lets it, over TLS with a client certificate, or not even that. */
export class HostileServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Heads of the requests that came, in order. */
  readonly heads: string[] = [];
  /** Connections that were accepted so far. */
  accepted = 0;
  script: Script = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
  }

  /** @param options over a sound server that asks for a client certificate of the test CA */
  static async start(options: TlsOptions = {}): Promise<HostileServer> {
    const { server: identity, ca } = testCertificates();
    const server = createServer({
      cert: identity.certificate,
      key: identity.key,
      ca: ca.certificate,
      requestCert: true,
      ...options,
    });
    const hostile = new HostileServer(server);
    server.on('secureConnection', (socket) => {
      hostile.#read(socket);
    });
    server.on('tlsClientError', () => undefined);
    return hostile.#listen();
  }

  /** Accepts connections and never says a word, not even of TLS. */
  static async startSilent(): Promise<HostileServer> {
    // Whoever reads nothing does not see the other side go either.
    return new HostileServer(createPlainServer((socket) => socket.resume())).#listen();
  }

  get origin(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Answers every request with this text, and leaves the connection open. */
  say(answer: string): void {
    this.script = (socket) => socket.write(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  #read(socket: Socket): void {
    let received = '';
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end + 4);
        const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? 0);
        if (received.length < head.length + length) return;
        const whole = received.slice(0, head.length + length);
        received = received.slice(head.length + length);
        this.heads.push(whole);
        this.script(socket, whole);
      }
    });
  }
}

/** An HTTP answer with a length of its own. */
export function httpAnswer(
  body: string,
  {
    status = 200,
    type = 'application/json',
    more = '',
  }: { status?: number; type?: string; more?: string } = {},
): string {
  const length = String(Buffer.byteLength(body));
  return `HTTP/1.1 ${String(status)} Said\r\ncontent-type: ${type}\r\n${more}content-length: ${length}\r\n\r\n${body}`;
}

/** Writes the same piece for as long as the other side takes it. Resolves never; ends with the connection. */
export function flood(socket: Socket, piece: string): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(piece));
    socket.once('drain', write);
  };
  write();
}
