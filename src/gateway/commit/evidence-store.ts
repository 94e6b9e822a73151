import { type LogHead, type SealedPart, type Subtree } from '../../audit/audit-log.ts';
import { type Operator } from '../../identity/operator.ts';
import { type RegisterChange } from '../register-change.ts';
import { type Standing } from '../standing.ts';

/** A counter of answered queries: one scope on one calendar day. */
export interface CounterKey {
  /** `agreement:<id>`, `agency:<agreement>/<agency>` or `official:<agreement>/<official>` */
  readonly scope: string;
  /** `YYYY-MM-DD` in the agreement's zone. */
  readonly day: string;
}

/** A counter going from the value that was read to the next one. */
export interface CounterMove extends CounterKey {
  readonly from: number;
  readonly to: number;
}

/** Remembers an answered query for retries. Holds keyed hashes only. */
export interface IdempotencyRecord {
  /** Keyed hash of official and Idempotency-Key, hex. */
  readonly key: string;
  /** Keyed hash of the canonical request, hex. */
  readonly requestHash: string;
  readonly queryId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A leaf to append: its bytes and hash, with its sealed personal part. */
export interface NewLeaf {
  readonly index: number;
  readonly queryId: string;
  readonly bytes: Buffer;
  readonly hash: Buffer;
  readonly sealed: SealedPart | null;
}

/** The store is locked by another process at this moment; the same call may succeed shortly. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}

/** The answer to a commit is lost: nobody knows whether the transaction took effect, until the next one looks. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** What one durable transaction can do. Every call sees what earlier calls of the same transaction wrote. */
export interface EvidenceTransaction {
  standingVersion(): Promise<number>;
  standing(): Promise<Standing>;
  /** Everybody who was ever registered. Nobody else changes the registers before the transaction ends. */
  operators(): Promise<readonly Operator[]>;
  /** Nobody else moves it before the transaction ends. */
  head(): Promise<LogHead>;
  /** Bytes of those leaves of the queries that stand in any log of the node. */
  leavesOf(queryIds: readonly string[]): Promise<readonly Buffer[]>;
  /** Current values, 0 where none is stored, in the order of the keys. */
  counters(keys: readonly CounterKey[]): Promise<number[]>;
  /** Compare-and-swap of every counter; rejects with StoreBusyError when one was moved by somebody else. */
  moveCounters(moves: readonly CounterMove[]): Promise<void>;
  /** Records still valid at `now`. */
  idempotency(keys: readonly string[], now: number): Promise<Map<string, IdempotencyRecord>>;
  rememberRequests(records: readonly IdempotencyRecord[]): Promise<void>;
  /** @param subtrees that these leaves complete; absent, none */
  appendLeaves(leaves: readonly NewLeaf[], subtrees?: readonly Subtree[]): Promise<void>;
  /** Compare-and-swap of the head; rejects with StoreBusyError when it is not `from` any more. Sets `next` once and for ever. */
  moveHead(from: LogHead, to: LogHead): Promise<void>;
  /**
   * Makes the empty head of the log that the closed one names as its next, with the key that will sign its checkpoints.
   * From then on `head` and `appendLeaves` mean that log.
   */
  openNextLog(vkey: string): Promise<LogHead>;
  applyChange(change: RegisterChange): Promise<void>;
}

/** The gateway's own database as the request path sees it. */
export interface EvidenceStore {
  /**
   * Runs `work` in one transaction and resolves only once its effects are durable (fsync).
   * Rejects with StoreBusyError at once when the store is locked; rejects with the cause of any other failure.
   * MUST leave nothing behind when it rejects, unless it rejects with OutcomeUnknownError. Calls MUST NOT overlap.
   */
  transact<T>(work: (transaction: EvidenceTransaction) => Promise<T>): Promise<T>;
  /** Committed version of the registers; cheap enough to ask several times a second. */
  standingVersion(): Promise<number>;
  standing(): Promise<Standing>;
  /** Record of an earlier request with this key, if still valid; a cheap look before the source is asked. */
  findRequest(key: string, now: number): Promise<IdempotencyRecord | undefined>;
  /** All counters of a day, to warm the memory of a starting process. */
  countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]>;
  close(): Promise<void>;
}
