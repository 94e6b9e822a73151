import { type Knex } from 'knex';
import {
  type CounterKey,
  type EvidenceStore,
  type EvidenceTransaction,
  type IdempotencyRecord,
} from '../../gateway/commit/evidence-store.ts';
import { type Standing } from '../../gateway/standing.ts';
import { asServerError } from './server-errors.ts';
import { ServerEvidenceTransaction, type WrittenLog } from './server-evidence-transaction.ts';
import { ServerQuota } from './server-quota.ts';
import { ServerRegisters } from './server-registers.ts';
import { ServerRequests } from './server-requests.ts';
import { type ServerDatabase } from './server-database.ts';
import { transactOn } from './server-transact.ts';

/** Checked inside every transaction, first of all; what it throws ends the transaction. */
export type Fence = (transaction: Knex.Transaction) => Promise<void>;

/** A database that several nodes share, as the request path of one node sees it. */
export class ServerEvidenceStore implements EvidenceStore {
  readonly #database: ServerDatabase;
  readonly #log: WrittenLog;
  readonly #close: () => Promise<void>;
  #fence: Fence = async () => Promise.resolve();
  #underWay = false;

  /** @param node first two parts of the origins of the logs that are written */
  constructor(database: ServerDatabase, node: string, close: () => Promise<void>) {
    this.#database = database;
    this.#log = { node, knownKids: new Set() };
    this.#close = close;
  }

  fence(check: Fence): void {
    this.#fence = check;
  }

  async transact<T>(work: (transaction: EvidenceTransaction) => Promise<T>): Promise<T> {
    if (this.#underWay) throw new Error('transactions must not overlap');
    this.#underWay = true;
    const { commits, engine } = this.#database;
    try {
      // Dies the process before the commit, nothing happened; after it, the server has everything on its disk.
      return await transactOn(commits, async (rows) => {
        await this.#fence(rows);
        const transaction = new ServerEvidenceTransaction(rows, engine, this.#log);
        const result = await work(transaction);
        transaction.end();
        return result;
      });
    } finally {
      this.#underWay = false;
    }
  }

  async standingVersion(): Promise<number> {
    return read(this.#registers().version());
  }

  async standing(): Promise<Standing> {
    return read(this.#registers().standing());
  }

  async findRequest(key: string, now: number): Promise<IdempotencyRecord | undefined> {
    const found = await read(new ServerRequests(this.#database.knex).find([key], now));
    return found.get(key);
  }

  async countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]> {
    return read(new ServerQuota(this.#database.knex).onDay(day));
  }

  async close(): Promise<void> {
    await this.#close();
  }

  #registers(): ServerRegisters {
    return new ServerRegisters(this.#database.knex, this.#database.engine);
  }
}

async function read<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw asServerError(error);
  }
}
