import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of the bytes that the server sends: `undefined` drops them. May end the client's connection. */
export type Fault = (data: Buffer, client: Socket) => Buffer | undefined;

/** Passes everything on. */
export const passOn: Fault = (data) => data;
/** Lets nothing through, and keeps the connection. */
export const hang: Fault = () => undefined;

/** Lets the first bytes of what comes through, then ends the connection or falls silent. */
export function half(bytes: number, then: 'end' | 'hang'): Fault {
  let left = bytes;
  return (data, client) => {
    client.write(data.subarray(0, left));
    left = Math.max(0, left - data.length);
    if (left === 0 && then === 'end') client.destroySoon();
    return undefined;
  };
}

/** Sends these bytes again and again in place of what comes, until nobody takes them. */
export function flood(chunk: Buffer, head: Buffer = Buffer.alloc(0)): Fault {
  return (_data, client) => {
    const pour = (): void => {
      while (!client.destroyed && client.write(chunk));
      client.once('drain', pour);
    };
    client.write(head);
    pour();
    return undefined;
  };
}

/** Sends these bytes in place of what comes. */
export function instead(bytes: Buffer): Fault {
  return () => bytes;
}

/** Stands before a server, and does to what the server sends whatever a test wants. */
export class BreakingProxy implements AsyncDisposable {
  fault: Fault = passOn;
  /** Connections taken since the beginning. */
  taken = 0;
  /** Answers of the server that `hang` kept. */
  held = 0;
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => {
      this.#relay(client);
    });
  }

  static async start(target: number): Promise<BreakingProxy> {
    const proxy = new BreakingProxy(target);
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#server.listening ? [...this.#sockets].filter((socket) => !socket.destroyed).length / 2 : 0;
  }

  /** Ends every connection, as a server does that is killed. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  /** Ends every connection, and takes no new one. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  /** Takes connections again, at the same port. */
  async accept(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  #relay(client: Socket): void {
    this.taken++;
    const server = connect(this.#target, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        server.destroy();
        this.#sockets.delete(socket);
      });
    }
    client.on('data', (data) => server.write(data));
    server.on('data', (data) => {
      const passed = this.fault(data, client);
      if (this.fault === hang) this.held++;
      if (passed !== undefined && passed.length > 0) client.write(passed);
    });
  }
}
