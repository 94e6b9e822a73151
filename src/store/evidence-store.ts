import { type Database, type Statement } from 'better-sqlite3';
import {
  type CounterKey,
  type EvidenceStore,
  type EvidenceTransaction,
  type IdempotencyRecord,
} from '../gateway/commit/evidence-store.ts';
import { type Standing } from '../gateway/standing.ts';
import { asStoreError, unlessBusy } from './busy.ts';
import { QuotaCounters } from './quota-counters.ts';
import { type EvidenceTables, evidenceTables, SqliteEvidenceTransaction } from './evidence-transaction.ts';
import { RegisterReader } from './register-reader.ts';
import { RequestTable } from './request-table.ts';

/** The embedded database as the request path sees it: one connection writes, another reads what is committed. */
export class SqliteEvidenceStore implements EvidenceStore {
  readonly #writer: Database;
  readonly #tables: EvidenceTables;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #registers: RegisterReader;
  readonly #requests: RequestTable;
  readonly #counters: QuotaCounters;
  readonly #close: () => Promise<void>;
  #underWay = false;
  #fence: () => void = () => undefined;

  /**
   * @param connections both to the same database, for this store alone; `close` gives them back
   * @param node first two parts of the origins of the logs that are written
   */
  constructor(
    connections: { readonly writer: Database; readonly reader: Database },
    node: string,
    close: () => Promise<void>,
  ) {
    const { writer, reader } = connections;
    this.#writer = writer;
    this.#tables = evidenceTables(writer, node);
    this.#begin = writer.prepare('BEGIN IMMEDIATE');
    this.#commit = writer.prepare('COMMIT');
    this.#rollback = writer.prepare('ROLLBACK');
    this.#registers = new RegisterReader(reader);
    this.#requests = new RequestTable(reader);
    this.#counters = new QuotaCounters(reader);
    this.#close = close;
  }

  /** @param check runs inside every transaction, first of all; what it throws ends the transaction */
  fence(check: () => void): void {
    this.#fence = check;
  }

  async transact<T>(work: (transaction: EvidenceTransaction) => Promise<T>): Promise<T> {
    if (this.#underWay) throw new Error('transactions must not overlap');
    this.#underWay = true;
    const transaction = new SqliteEvidenceTransaction(this.#tables);
    try {
      // Nothing of a transaction whose end failed is kept; until it is undone, nobody else can write.
      if (this.#writer.inTransaction) this.#rollback.run();
      this.#begin.run();
      this.#tables.log.begin();
      this.#fence();
      const result = await work(transaction);
      transaction.end();
      // Dies the process before this line, nothing happened; after it, everything is on the disk.
      this.#commit.run();
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#writer.inTransaction) this.#rollback.run();
      throw asStoreError(error);
    } finally {
      this.#underWay = false;
    }
  }

  async standingVersion(): Promise<number> {
    return Promise.resolve(unlessBusy(() => this.#registers.version()));
  }

  async standing(): Promise<Standing> {
    return Promise.resolve(unlessBusy(() => this.#registers.standing()));
  }

  async findRequest(key: string, now: number): Promise<IdempotencyRecord | undefined> {
    return Promise.resolve(unlessBusy(() => this.#requests.find(key, now)));
  }

  async countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]> {
    return Promise.resolve(unlessBusy(() => this.#counters.onDay(day)));
  }

  async close(): Promise<void> {
    await this.#close();
  }
}
