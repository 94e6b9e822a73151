import { errorCode } from '../store-fault.ts';

/** What the drivers' connections have in common: knex lends none out again that is marked as disposed of. */
export interface ServerConnection {
  __knex__disposed?: unknown;
  /** PostgreSQL */
  readonly connection?: { readonly stream?: { destroy(): void } };
  getTransactionStatus?(): string | null;
  /** SQL Server */
  readonly socket?: { destroy(): void };
  readonly closed?: boolean;
  readonly inTransaction?: boolean;
}

/** What PostgreSQL says while a transaction is open, be it a failed one. */
const OPEN = new Set<string | null | undefined>(['T', 'E']);

/** There is no connection to the server, or not any more. A statement that was under way may have been carried out. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  /** Of the driver or of the operating system; empty where it gives none. */
  readonly code: string;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.code = errorCode(cause);
  }
}

/** Ends a connection without waiting for the server. */
export function cut(connection: ServerConnection): void {
  connection.__knex__disposed = 'the server stayed silent';
  connection.connection?.stream?.destroy();
  connection.socket?.destroy();
}

/** Whether the connection has ended, from whichever side. */
export function isGone(connection: ServerConnection): boolean {
  return connection.__knex__disposed !== undefined || connection.closed === true;
}

/** Whether a transaction stands open on the connection. */
export function isOpen(connection: ServerConnection): boolean {
  return connection.inTransaction === true || OPEN.has(connection.getTransactionStatus?.());
}

/**
 * Waits for the answer to a statement; a server that stays silent for longer loses the connection.
 * Rejects with ConnectionLostError where the connection is gone afterwards, else with what the server says.
 * @param milliseconds 0: without end
 */
export async function answerOf<T>(
  connection: ServerConnection,
  answer: Promise<T>,
  milliseconds: number,
): Promise<T> {
  const timer = milliseconds === 0 ? undefined : setTimeout(cut, milliseconds, connection);
  try {
    return await answer;
  } catch (error) {
    throw isGone(connection)
      ? new ConnectionLostError('the connection to the server was lost', error)
      : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes a connection. Rejects with ConnectionLostError where there is none to be had. */
export async function connected<T>(connecting: Promise<T>): Promise<T> {
  try {
    return await connecting;
  } catch (error) {
    throw new ConnectionLostError('the server gives no connection', error);
  }
}
