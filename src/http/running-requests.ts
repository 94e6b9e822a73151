import { type ServerResponse } from 'node:http';
import { type Connection } from './connections.ts';

/** Requests whose answers have not left yet: bounded for each certificate, awaited for each connection. */
export class RunningRequests {
  readonly #most: number;
  readonly #byCertificate = new Map<string, number>();

  /** @param most requests that one certificate may have under way, over all its connections */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Counts a request until its answer has left or its connection is closed.
   * @returns whether the certificate keeps to its bound
   */
  add(connection: Connection, response: ServerResponse): boolean {
    const before = this.#byCertificate.get(connection.fingerprint) ?? 0;
    this.#byCertificate.set(connection.fingerprint, before + 1);
    connection.running++;
    response.on('close', () => {
      this.#remove(connection, 1);
    });
    return before < this.#most;
  }

  /** Forgets what runs on a closed connection; answers that never had their turn on it do not close by themselves. */
  closed(connection: Connection): void {
    this.#remove(connection, connection.running);
  }

  #remove(connection: Connection, count: number): void {
    const removed = Math.min(count, connection.running);
    connection.running -= removed;
    const left = (this.#byCertificate.get(connection.fingerprint) ?? 0) - removed;
    if (left > 0) this.#byCertificate.set(connection.fingerprint, left);
    else this.#byCertificate.delete(connection.fingerprint);
    if (connection.running === 0) connection.onIdle?.();
  }
}

/** Resolves once every answer of the connection has left; new requests MUST be kept off it. */
export async function whenIdle(connection: Connection): Promise<void> {
  if (connection.running === 0) return;
  await new Promise<void>((resolve) => {
    connection.onIdle = resolve;
  });
}
