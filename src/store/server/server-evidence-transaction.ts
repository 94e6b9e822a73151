import { type Knex } from 'knex';
import { type LogHead, type Subtree } from '../../audit/audit-log.ts';
import {
  type CounterKey,
  type CounterMove,
  type EvidenceTransaction,
  type IdempotencyRecord,
  type NewLeaf,
} from '../../gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../../gateway/register-change.ts';
import { type Standing } from '../../gateway/standing.ts';
import { type Operator } from '../../identity/operator.ts';
import { type ServerEngine } from './server-address.ts';
import { ServerLogRows } from './server-log-rows.ts';
import { ServerQuota } from './server-quota.ts';
import { ServerRegisters } from './server-registers.ts';
import { ServerRequests } from './server-requests.ts';

/** Whose log a transaction writes. */
export interface WrittenLog {
  /** First two parts of the origins of its logs. */
  readonly node: string;
  /** Kids that are certainly registered. */
  readonly knownKids: Set<string>;
}

/** One transaction of a shared database. */
export class ServerEvidenceTransaction implements EvidenceTransaction {
  readonly #registers: ServerRegisters;
  readonly #quota: ServerQuota;
  readonly #requests: ServerRequests;
  readonly #log: ServerLogRows;
  #ended = false;
  #failure: unknown;

  constructor(transaction: Knex.Transaction, engine: ServerEngine, { node, knownKids }: WrittenLog) {
    this.#registers = new ServerRegisters(transaction, engine);
    this.#quota = new ServerQuota(transaction);
    this.#requests = new ServerRequests(transaction);
    this.#log = new ServerLogRows(transaction, node, knownKids);
  }

  /** Ends the transaction for its work. @throws the first error of a call, even when the work swallowed it */
  end(): void {
    this.#ended = true;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async standingVersion(): Promise<number> {
    return this.#do(async () => this.#registers.version());
  }

  async standing(): Promise<Standing> {
    return this.#do(async () => this.#registers.standing());
  }

  async operators(): Promise<readonly Operator[]> {
    return this.#do(async () => {
      await this.#registers.lock();
      return this.#registers.operators();
    });
  }

  async head(): Promise<LogHead> {
    return this.#do(async () => this.#log.head());
  }

  async leavesOf(queryIds: readonly string[]): Promise<readonly Buffer[]> {
    return this.#do(async () => this.#log.leavesOf(queryIds));
  }

  async counters(keys: readonly CounterKey[]): Promise<number[]> {
    return this.#do(async () => this.#quota.used(keys));
  }

  async moveCounters(moves: readonly CounterMove[]): Promise<void> {
    return this.#do(async () => this.#quota.move(moves));
  }

  async idempotency(keys: readonly string[], now: number): Promise<Map<string, IdempotencyRecord>> {
    return this.#do(async () => this.#requests.find(keys, now));
  }

  async rememberRequests(records: readonly IdempotencyRecord[]): Promise<void> {
    return this.#do(async () => this.#requests.remember(records));
  }

  async appendLeaves(leaves: readonly NewLeaf[], subtrees: readonly Subtree[] = []): Promise<void> {
    return this.#do(async () => this.#log.append(leaves, subtrees));
  }

  async moveHead(from: LogHead, to: LogHead): Promise<void> {
    return this.#do(async () => this.#log.moveHead(from, to));
  }

  async openNextLog(vkey: string): Promise<LogHead> {
    return this.#do(async () => this.#log.openNext(vkey));
  }

  async applyChange(change: RegisterChange): Promise<void> {
    return this.#do(async () => this.#registers.apply(change));
  }

  async #do<T>(call: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new Error('the transaction has ended');
    try {
      return await call();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}
