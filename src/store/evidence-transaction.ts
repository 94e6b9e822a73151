import { type Database } from 'better-sqlite3';
import { type LogHead, type Subtree } from '../audit/audit-log.ts';
import {
  type CounterKey,
  type CounterMove,
  type EvidenceTransaction,
  type IdempotencyRecord,
  type NewLeaf,
} from '../gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../gateway/register-change.ts';
import { type Standing } from '../gateway/standing.ts';
import { type Operator } from '../identity/operator.ts';
import { QuotaCounters } from './quota-counters.ts';
import { LogTable } from './log-table.ts';
import { RegisterReader } from './register-reader.ts';
import { RegisterWriter } from './register-writer.ts';
import { RequestTable } from './request-table.ts';

/** The tables that a transaction works on, with their statements prepared once for the connection. */
export interface EvidenceTables {
  readonly registers: RegisterReader;
  readonly changes: RegisterWriter;
  readonly counters: QuotaCounters;
  readonly requests: RequestTable;
  readonly log: LogTable;
}

/** @param node first two parts of the origins of the logs that are written */
export function evidenceTables(connection: Database, node: string): EvidenceTables {
  return {
    registers: new RegisterReader(connection),
    changes: new RegisterWriter(connection),
    counters: new QuotaCounters(connection),
    requests: new RequestTable(connection),
    log: new LogTable(connection, node),
  };
}

/**
 * One transaction of the embedded database. Every call runs at once, so that the connection's lock is never held over a
 * turn of the event loop unless the work itself waits for something else.
 */
export class SqliteEvidenceTransaction implements EvidenceTransaction {
  readonly #tables: EvidenceTables;
  #ended = false;
  #failure: unknown;

  constructor(tables: EvidenceTables) {
    this.#tables = tables;
  }

  /** Ends the transaction for its work. @throws the first error of a call, even when the work swallowed it */
  end(): void {
    this.#ended = true;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async standingVersion(): Promise<number> {
    return this.#do(() => this.#tables.registers.version());
  }

  async standing(): Promise<Standing> {
    return this.#do(() => this.#tables.registers.standing());
  }

  async operators(): Promise<readonly Operator[]> {
    return this.#do(() => this.#tables.registers.operators());
  }

  async head(): Promise<LogHead> {
    return this.#do(() => this.#tables.log.head());
  }

  async leavesOf(queryIds: readonly string[]): Promise<readonly Buffer[]> {
    return this.#do(() => this.#tables.log.leavesOf(queryIds));
  }

  async counters(keys: readonly CounterKey[]): Promise<number[]> {
    return this.#do(() => this.#tables.counters.used(keys));
  }

  async moveCounters(moves: readonly CounterMove[]): Promise<void> {
    return this.#do(() => {
      this.#tables.counters.move(moves);
    });
  }

  async idempotency(keys: readonly string[], now: number): Promise<Map<string, IdempotencyRecord>> {
    return this.#do(() => this.#tables.requests.findAll(keys, now));
  }

  async rememberRequests(records: readonly IdempotencyRecord[]): Promise<void> {
    return this.#do(() => {
      this.#tables.requests.remember(records);
    });
  }

  async appendLeaves(leaves: readonly NewLeaf[], subtrees: readonly Subtree[] = []): Promise<void> {
    return this.#do(() => {
      this.#tables.log.append(leaves, subtrees);
    });
  }

  async moveHead(from: LogHead, to: LogHead): Promise<void> {
    return this.#do(() => {
      this.#tables.log.moveHead(from, to);
    });
  }

  async openNextLog(vkey: string): Promise<LogHead> {
    return this.#do(() => this.#tables.log.openNext(vkey));
  }

  async applyChange(change: RegisterChange): Promise<void> {
    return this.#do(() => {
      this.#tables.changes.apply(change);
    });
  }

  async #do<T>(call: () => T): Promise<T> {
    if (this.#ended) throw new Error('the transaction has ended');
    try {
      return await Promise.resolve(call());
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}
