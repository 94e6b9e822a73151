import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The header of a client's connection, from the addresses that the balancer sees. */
export type HeaderWriter = (addresses: { readonly source: string; readonly destination: string }) => Buffer;

/** A small balancer in TCP mode: passes every byte on, and says first where the client is. */
export class TcpBalancer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number, header: HeaderWriter) {
    this.#server = createServer((client) => {
      const gateway = connect(target, '127.0.0.1');
      gateway.write(header({ source: client.remoteAddress ?? '', destination: client.localAddress ?? '' }));
      for (const socket of [client, gateway]) {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        socket.on('error', () => socket.destroy());
      }
      client.pipe(gateway).pipe(client);
    });
  }

  /** @param target port of the gateway on this machine */
  static async start(target: number, header: HeaderWriter): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(target, header);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
