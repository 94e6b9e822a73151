import { type Knex } from 'knex';
import { OutcomeUnknownError } from '../../gateway/commit/evidence-store.ts';
import { engineOf } from '../migrations/engine.ts';
import { asServerError } from './server-errors.ts';
import { cut, isGone, isOpen, type ServerConnection } from './server-connection.ts';

/** A transaction that takes longer is given up together with its connection: the server may be out of reach. */
const DEADLINE_MILLISECONDS = 15_000;

/** Knex types its client as any; these calls of it lend a connection of the pool. */
interface Pooled {
  readonly client: {
    acquireConnection(): Promise<ServerConnection>;
    releaseConnection(connection: ServerConnection): Promise<void>;
  };
}

/**
 * Runs the work in one transaction at READ COMMITTED and resolves once the server says that it is durable.
 * Rejects with StoreBusyError on a deadlock, a lock held too long, a conflict, or a server out of reach: then nothing
 * happened. Rejects with OutcomeUnknownError where the answer to the commit is lost, and with the cause of anything else.
 */
export async function transactOn<T>(
  database: Knex,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return withConnection(database, async (connection) => {
    const timer = setTimeout(cut, DEADLINE_MILLISECONDS, connection);
    const attempt = new Attempt(work);
    try {
      const options = { connection, isolationLevel: 'read committed' } as const;
      return await database.transaction(async (transaction) => attempt.run(transaction), options);
    } catch (error) {
      throw attempt.outcome(error);
    } finally {
      clearTimeout(timer);
    }
  });
}

/** Runs reads that all see the database as it is at the first of them, however long they take together. */
export async function readAtOneMoment<T>(
  database: Knex,
  read: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return withConnection(database, async (connection) => {
    if (engineOf(database) === 'postgres')
      return database.transaction(read, { connection, isolationLevel: 'repeatable read', readOnly: true });
    try {
      return await database.transaction(read, { connection, isolationLevel: 'snapshot' });
    } finally {
      // In SQL Server the connection keeps the level of its last transaction, and a statement could not change it.
      if (!isGone(connection))
        await database.transaction(nothing, { connection, isolationLevel: 'read committed' });
    }
  });
}

/** The work of a transaction, and how far it came. */
class Attempt<T> {
  readonly #work: (transaction: Knex.Transaction) => Promise<T>;
  #failed = false;
  #failure: unknown;
  #done = false;

  constructor(work: (transaction: Knex.Transaction) => Promise<T>) {
    this.#work = work;
  }

  async run(transaction: Knex.Transaction): Promise<T> {
    try {
      const result = await this.#work(transaction);
      this.#done = true;
      return result;
    } catch (error) {
      this.#failed = true;
      this.#failure = error;
      throw error;
    }
  }

  /** What to tell of a transaction that was rejected: the first error, not that of the rollback after it. */
  outcome(error: unknown): unknown {
    if (this.#done) return new OutcomeUnknownError('the answer to the commit is lost', { cause: error });
    return asServerError(this.#failed ? this.#failure : error);
  }
}

async function withConnection<T>(
  database: Knex,
  use: (connection: ServerConnection) => Promise<T>,
): Promise<T> {
  const { client } = database as unknown as Pooled;
  const connection = await client.acquireConnection().catch((error: unknown) => {
    throw asServerError(error);
  });
  try {
    return await use(connection);
  } finally {
    // Rolled back in vain, it would hold its locks in the pool.
    if (isOpen(connection)) cut(connection);
    await client.releaseConnection(connection);
  }
}

async function nothing(): Promise<void> {
  return Promise.resolve();
}
