import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { type Database, type Statement } from 'better-sqlite3';
import { type FaultsError } from '../shared/fault.ts';
import { systemClock } from '../shared/clock.ts';
import { storeFault } from './store-fault.ts';

/** A process that does not renew its lease for so long is taken for dead. */
export const LEASE_MILLISECONDS = 10_000;
export const RENEW_MILLISECONDS = 2_000;

/** Who holds a lease, and until when (epoch milliseconds). */
export interface LeaseRow {
  readonly holder: string;
  readonly host: string;
  readonly pid: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Another process serves this node's log now; nothing of this one was written. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * The right to serve a node's log: at most one process has it. It is looked at inside every commit of the server, so that
 * a process that was stopped for long and wakes up finds out before it writes.
 */
export class LogLease {
  readonly #holder = randomUUID();
  readonly #node: string;
  readonly #find: Statement<[string], LeaseRow>;
  readonly #renew: Statement<[number, string, string]>;
  readonly #release: Statement<[string, string]>;
  readonly #take: (now: number) => LeaseRow | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param connection for the lease alone, with a bounded wait for locks */
  constructor(connection: Database, node: string) {
    this.#node = node;
    this.#find = connection.prepare('SELECT holder, host, pid, until FROM log_lease WHERE node = ?');
    this.#renew = connection.prepare('UPDATE log_lease SET until = ? WHERE node = ? AND holder = ?');
    this.#release = connection.prepare('DELETE FROM log_lease WHERE node = ? AND holder = ?');
    const put = connection.prepare(
      'INSERT OR REPLACE INTO log_lease (node, holder, host, pid, until) VALUES (?, ?, ?, ?, ?)',
    );
    const take = connection.transaction((now: number) => {
      const other = this.#find.get(node);
      if (other !== undefined && isAlive(other, now)) return other;
      put.run(node, this.#holder, hostname(), process.pid, now + LEASE_MILLISECONDS);
      return undefined;
    });
    this.#take = (now) => take.immediate(now);
  }

  /**
   * Takes the lease and goes on renewing it.
   * @throws FaultsError LOG_IN_USE while another process has it
   */
  take(file: string): void {
    const other = this.#take(systemClock.now());
    if (other !== undefined) throw leaseHeld(file, this.#node, other);
    this.#timer = setInterval(() => {
      this.#renewNow();
    }, RENEW_MILLISECONDS);
    this.#timer.unref();
  }

  /** A check for one connection: throws LeaseLostError, inside its transaction, when another process has the lease. */
  fence(connection: Database): () => void {
    const find = connection.prepare<[string], string>('SELECT holder FROM log_lease WHERE node = ?').pluck();
    return () => {
      if (find.get(this.#node) !== this.#holder)
        throw new LeaseLostError('another process serves the log of this node');
    };
  }

  release(): void {
    clearInterval(this.#timer);
    this.#release.run(this.#node, this.#holder);
  }

  #renewNow(): void {
    try {
      this.#renew.run(systemClock.now() + LEASE_MILLISECONDS, this.#node, this.#holder);
    } catch {
      // The database is locked or gone; the next turn tries again, and a commit fails of itself.
    }
  }
}

/** On this machine a process is asked for; elsewhere its lease must have run out. */
export function isAlive({ host, pid, until }: LeaseRow, now: number): boolean {
  if (until <= now) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Another process holds the lease. @param file names the database */
export function leaseHeld(file: string, node: string, { host, pid }: LeaseRow): FaultsError {
  const who = `${host}, ${String(pid)}`;
  return storeFault(
    'LOG_IN_USE',
    file,
    {
      tr: `"${node}" günlüğüne başka bir süreç yazıyor (${who})`,
      en: `another process (${who}) writes the log "${node}"`,
    },
    {
      tr: 'Bir günlüğü tek süreç yazar. Öteki süreci durdurun ya da bu düğüme GECIT_NODE ile başka bir ad ve ayrı bir günlük verin. Çöken bir sürecin hakkı en çok 10 saniyede düşer.',
      en: 'One process writes one log. Stop the other one, or give this node a name and a log of its own with GECIT_NODE. The right of a process that crashed ends within 10 seconds.',
    },
  );
}
