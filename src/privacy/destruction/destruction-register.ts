import { type Approval } from './approval.ts';
import { type Hold } from './hold.ts';
import { type DestructionPlan } from './plan.ts';

/** A plan as the database keeps it, with the approvals in the order in which they came and what it has destroyed. */
export interface StoredPlan {
  readonly plan: DestructionPlan;
  readonly hash: string;
  readonly approvals: readonly Approval[];
  readonly destroyed: readonly DestroyedKid[];
}

/** A kid whose keys are destroyed: decided durably, whatever is left to be erased. */
export interface DestroyedKid {
  readonly kid: string;
  readonly planId: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Query id of its `keydestroy` leaf. */
  readonly record: string;
  /** Epoch milliseconds since when no sealed part is left; null before. */
  readonly emptiedAt: number | null;
}

/**
 * How thoroughly old pages of the database were cleaned. `vacuum` and `delete` are what a gateway can do on a server, whose
 * files are not its own.
 */
export const CLEANINGS = ['secure-delete and vacuum', 'secure-delete', 'vacuum', 'delete'] as const;

/** One of them. */
export type Cleaning = (typeof CLEANINGS)[number];

/** What the database says of holds and destruction, and the deletion of what has no keys any more. */
export interface DestructionRegister {
  /** Oldest first. */
  holds(): Promise<readonly Hold[]>;
  /** Oldest first. */
  plans(): Promise<readonly StoredPlan[]>;
  plan(id: string): Promise<StoredPlan | undefined>;
  destroyed(): Promise<readonly DestroyedKid[]>;
  /** Sealed parts of every kid that was ever in use and is not destroyed. Reads the whole table. */
  parts(): Promise<ReadonlyMap<string, number>>;
  /**
   * Deletes the sealed parts of destroyed kids, some at a time, so that a running server waits milliseconds. May be repeated.
   * @param onDeleted told the number deleted so far
   */
  deleteParts(kids: readonly string[], now: number, onDeleted: (count: number) => void): Promise<void>;
  /**
   * Brings zeros over what was deleted into the file, and empties the write-ahead log.
   * Rejects with DestructionError DATABASE_NOT_CLEANED while others use the database
   */
  clean(now: number): Promise<Cleaning>;
}
