import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';

/** A socket asks the operating system for its peer once, and only while it is open. */
export function rememberPeer(socket: Socket): string | undefined {
  return socket.remoteAddress;
}

/** The peer of a connection whose handshake failed. */
export function peerAddress(socket: TLSSocket): string {
  // A TLS socket that is already destroyed has lost its peer; the TCP socket beneath remembers it.
  return socket.remoteAddress ?? socketBeneath(socket)?.remoteAddress ?? 'unknown';
}

/** The TCP socket that a TLS socket was put on; undefined where Node does not tell. */
export function socketBeneath(socket: TLSSocket): Socket | undefined {
  return (Reflect.get(socket, '_parent') as Socket | null | undefined) ?? undefined;
}
