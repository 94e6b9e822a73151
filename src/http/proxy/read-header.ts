import { type Socket } from 'node:net';
import { clientAddress } from './client-address.ts';
import { headerLength } from './header-length.ts';
import { ProxyHeaderError } from './proxy-header-error.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Reads the PROXY header at the start of a connection; what follows it is put back, unread.
 * @returns the client's address, or null where the balancer speaks for itself
 * @throws ProxyHeaderError of every code; `PROXY_HEADER_LATE` when the time is over before the last byte has arrived
 */
export async function readHeader(socket: Socket, milliseconds: number): Promise<string | null> {
  const header = await headerOf(socket, milliseconds);
  return clientAddress(header);
}

async function headerOf(socket: Socket, milliseconds: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let arrived = NOTHING;
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd);
      settled();
    };
    const fail = (error: ProxyHeaderError): void => {
      settle(() => {
        reject(error);
      });
    };
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (Buffer.isBuffer(chunk)) arrived = Buffer.concat([arrived, chunk]);
      try {
        const length = headerLength(arrived);
        if (length === undefined) return;
        settle(() => {
          if (arrived.length > length) socket.unshift(arrived.subarray(length));
          resolve(arrived.subarray(0, length));
        });
      } catch (error) {
        fail(error as ProxyHeaderError);
      }
    };
    const onEnd = (): void => {
      fail(new ProxyHeaderError(arrived.length === 0 ? 'PORT_PROBED' : 'PROXY_HEADER_CUT'));
    };
    const timer = setTimeout(() => {
      fail(new ProxyHeaderError('PROXY_HEADER_LATE'));
    }, milliseconds);
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd);
  });
}
