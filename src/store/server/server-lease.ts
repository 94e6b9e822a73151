import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Knex } from 'knex';
import pRetry from 'p-retry';
import {
  isAlive,
  LEASE_MILLISECONDS,
  leaseHeld,
  LeaseLostError,
  type LeaseRow,
  RENEW_MILLISECONDS,
} from '../log-lease.ts';
import { nowOf, serverNow } from './server-clock.ts';
import { type ServerDatabase } from './server-database.ts';
import { mayBeRepeated, orBusy } from './server-errors.ts';
import { type Fence } from './server-evidence-store.ts';
import { wholeNumbers } from './server-rows.ts';
import { transactOn } from './server-transact.ts';

const LOOK_MILLISECONDS = 500;
const BUSY_RETRIES = { retries: 20, minTimeout: 50, maxTimeout: 50, factor: 1 };

/**
 * The right to serve a node's log in a shared database, counted by the database's own clock: at most one process of all
 * machines has it. Every commit of the server looks at it and holds its row until it ends.
 */
export class ServerLease {
  readonly #database: ServerDatabase;
  readonly #node: string;
  readonly #holder = randomUUID();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: ServerDatabase, node: string) {
    this.#database = database;
    this.#node = node;
  }

  /**
   * Takes the lease and goes on renewing it. A process that ended without giving it back is waited for, until its lease runs out.
   * Rejects with FaultsError LOG_IN_USE while another process renews it.
   */
  async take(): Promise<void> {
    let first: LeaseRow | undefined;
    for (;;) {
      const other = await this.#tryTake();
      if (other === undefined) break;
      first ??= other;
      if (other.until !== first.until) throw leaseHeld(this.#database.place, this.#node, other);
      await pause(LOOK_MILLISECONDS);
    }
    this.#timer = setInterval(() => void this.#renew(), RENEW_MILLISECONDS);
    this.#timer.unref();
  }

  /** A check for every transaction of the server: rejects with LeaseLostError when another process has the lease. */
  fence(): Fence {
    return async (transaction) => {
      const row = await this.#row(transaction);
      if (row?.holder !== this.#holder)
        throw new LeaseLostError('another process serves the log of this node');
    };
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#database.commits('log_lease').where({ node: this.#node, holder: this.#holder }).delete();
  }

  /** The row of another process whose lease has not run out; undefined once this one has it. */
  async #tryTake(): Promise<LeaseRow | undefined> {
    const { commits, engine } = this.#database;
    const attempt = async (): Promise<LeaseRow | undefined> =>
      transactOn(commits, async (transaction) => {
        const other = await this.#row(transaction);
        const now = await serverNow(transaction, engine);
        if (other !== undefined && other.holder !== this.#holder && isAlive(other, now)) return other;
        const row = {
          holder: this.#holder,
          host: hostname(),
          pid: process.pid,
          until: now + LEASE_MILLISECONDS,
        };
        // Where there was no row, another process may have made one since: an insert finds out, a replacement would not.
        if (other === undefined) await orBusy(transaction('log_lease').insert({ node: this.#node, ...row }));
        else await transaction('log_lease').where({ node: this.#node }).update(row);
        return undefined;
      });
    return pRetry(attempt, { ...BUSY_RETRIES, shouldRetry: ({ error }) => mayBeRepeated(error) });
  }

  async #row(transaction: Knex.Transaction): Promise<LeaseRow | undefined> {
    const [row]: readonly LeaseRow[] = await transaction('log_lease')
      .where({ node: this.#node })
      .forUpdate()
      .select('holder', 'host', 'pid', 'until');
    return row && wholeNumbers(row, 'until');
  }

  async #renew(): Promise<void> {
    const { commits, engine } = this.#database;
    try {
      const until = commits.raw(`${nowOf(engine)} + ?`, [LEASE_MILLISECONDS]);
      await commits('log_lease').where({ node: this.#node, holder: this.#holder }).update({ until });
    } catch {
      // Locked or out of reach: the next turn tries again, and a commit fails of itself.
    }
  }
}
