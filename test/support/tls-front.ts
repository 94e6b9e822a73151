import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type TestCertificate } from './test-certificates.ts';

export interface TlsFront extends AsyncDisposable {
  readonly port: number;
}

/** Offers TLS before a PostgreSQL that has none; listens on every loopback address. */
export async function postgresTlsFront(target: number, certificate: TestCertificate): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const inner = connect(target, '127.0.0.1');
    for (const socket of [client, inner]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        inner.destroy();
      });
    }
    // The client's request for TLS.
    client.once('data', () => {
      client.write('S');
      const { key, certificate: cert } = certificate;
      const secure = new TLSSocket(client, { isServer: true, key, cert });
      secure.on('error', () => undefined);
      secure.pipe(inner).pipe(secure);
    });
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
