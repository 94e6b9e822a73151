import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from './free-ports.ts';

/** A line to a server that can be cut, or fall silent, as networks do. */
export class ShakyLine implements AsyncDisposable {
  readonly port: number;
  /** Nothing that the server says arrives any more; what it is told does. */
  silent = false;
  /** The line breaks once the server has answered something in which this text stands. */
  breaksAfter: string | undefined;
  /** Connections that were made over it. */
  made = 0;
  readonly #to: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(to: URL, port: number) {
    this.#to = to;
    this.port = port;
  }

  /** A line to where the URL points; it takes nobody before `open`. */
  static async to(url: string): Promise<ShakyLine> {
    const [port = 0] = await freePorts(1);
    return new ShakyLine(new URL(url), port);
  }

  /** The URL of the same thing by this line. */
  get url(): string {
    const url = new URL(this.#to);
    url.port = String(this.port);
    return url.href;
  }

  async open(): Promise<this> {
    const server = createServer((client) => {
      this.#join(client);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    return this;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) =>
      this.#server === undefined ? resolve(undefined) : this.#server.close(resolve),
    );
  }

  #join(client: Socket): void {
    this.made += 1;
    const server = connect(Number(this.#to.port), this.#to.hostname);
    let breaking = false;
    client.on('data', (bytes) => {
      breaking ||= this.breaksAfter !== undefined && bytes.includes(this.breaksAfter);
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (breaking) this.cut();
      else if (!this.silent) client.write(bytes);
    });
    for (const [socket, other] of [[client, server], [server, client]] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    } // prettier-ignore
  }
}
