import { type Duplex } from 'node:stream';
import { type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { type Connection, newCaller } from './connections.ts';
import { type ConnectionLog } from './connection-log.ts';
import { logCause } from './log-cause.ts';
import { problemBytes } from './problem-response.ts';
import { QueryMessage } from './query-message.ts';
import { breakBody } from './read-body.ts';
import { whenIdle } from './running-requests.ts';

const LINGER_MILLISECONDS = 1000;

export interface RawRefusalParts {
  readonly gateway: PartnerGateway;
  readonly logger: Logger;
  readonly log: ConnectionLog;
}

export interface UnreadableMessage {
  readonly socket: Duplex;
  readonly connection: Connection;
  /** Parser code, e.g. `HPE_INVALID_METHOD`. */
  readonly reason: string;
  readonly code: 'REQUEST_INVALID' | 'ROUTE_NOT_FOUND';
}

/**
 * Refuses what arrived on an authenticated connection and is not a request that can be routed. It is recorded like any
 * other; the answers to the requests before it leave first, then its own, then the connection closes. What cannot be
 * read inside the body of a request belongs to that request, which is answered as invalid. Never rejects.
 */
export async function refuseRaw(parts: RawRefusalParts, message: UnreadableMessage): Promise<void> {
  const { connection, reason } = message;
  if (connection.broken) return;
  connection.broken = true;
  const certificate = connection.fingerprint;
  const latest = connection.latest?.request;
  if (latest !== undefined && !latest.complete) {
    parts.log.requestUnreadable({ reason, certificate });
    if (latest instanceof QueryMessage) latest.breakBody();
    else breakBody(latest);
    return;
  }
  const caller = newCaller(connection);
  parts.log.requestUnreadable({ reason, certificate, queryId: caller.queryId });
  try {
    await parts.gateway.refuse(caller, message.code);
  } catch (thrown) {
    logCause(parts.logger, thrown, caller.queryId);
    await whenIdle(connection);
    end(message.socket, problemBytes(asGatewayError(thrown), { queryId: caller.queryId }));
  }
}

/** Closes a connection on which nothing more is expected, after the answers to its requests have left. */
export async function closeWhenIdle(socket: Duplex, connection: Connection): Promise<void> {
  connection.broken = true;
  await whenIdle(connection);
  socket.destroy();
}

/** Closing at once would reset the connection while unread bytes wait, and the answer could be lost. */
function end(socket: Duplex, bytes: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(bytes);
  setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
}
