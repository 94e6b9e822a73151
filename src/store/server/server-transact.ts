import { type Knex } from 'knex';
import { asServerError } from './server-errors.ts';

/** A transaction that takes longer is given up together with its connection: the server may be out of reach. */
const DEADLINE_MILLISECONDS = 15_000;

/** Knex types its client as any; these calls of it lend a connection of the pool. */
interface Pooled {
  readonly client: {
    acquireConnection(): Promise<Connection>;
    releaseConnection(connection: Connection): Promise<void>;
  };
}

/** What the drivers' connections have in common: knex does not lend one out again that is marked. */
interface Connection {
  __knex__disposed?: unknown;
  /** PostgreSQL */
  readonly connection?: { readonly stream?: { destroy(): void } };
  /** SQL Server */
  readonly socket?: { destroy(): void };
}

/**
 * Runs the work in one transaction at READ COMMITTED and resolves once the server says that it is durable.
 * Rejects with StoreBusyError on a deadlock, a lock held too long or a conflict; with the cause of anything else, and also
 * when the server stays silent: then nobody knows whether the transaction was committed.
 */
export async function transactOn<T>(
  database: Knex,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { client } = database as unknown as Pooled;
  try {
    const connection = await client.acquireConnection();
    const timer = setTimeout(() => {
      cut(connection);
    }, DEADLINE_MILLISECONDS);
    try {
      return await database.transaction(work, { connection, isolationLevel: 'read committed' });
    } finally {
      clearTimeout(timer);
      await client.releaseConnection(connection);
    }
  } catch (error) {
    throw asServerError(error);
  }
}

function cut(connection: Connection): void {
  connection.__knex__disposed = 'the server stayed silent';
  connection.connection?.stream?.destroy();
  connection.socket?.destroy();
}
