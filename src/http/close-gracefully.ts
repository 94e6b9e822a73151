import { type Server } from 'node:https';
import { type Server as PlainServer } from 'node:http';
import { type Socket } from 'node:net';

const LOOK_MILLISECONDS = 25;

/**
 * Stops accepting at once, closes connections as they fall idle, and after the grace whatever is left, unfinished
 * handshakes included. Resolves when nothing is open any more.
 */
export async function closeGracefully(
  server: Server | PlainServer,
  sockets: ReadonlySet<Socket>,
  graceMilliseconds: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // An error means that it was not open, which is what was asked for.
    server.close(() => {
      resolve();
    });
  });
  const look = setInterval(() => {
    server.closeIdleConnections();
  }, LOOK_MILLISECONDS);
  const deadline = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, graceMilliseconds);
  await closed;
  clearInterval(look);
  clearTimeout(deadline);
}
