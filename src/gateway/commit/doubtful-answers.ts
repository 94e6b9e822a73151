import { decodeLeaf, type Leaf } from '../../audit/leaf.ts';
import { type Entry } from './entry.ts';
import { type EvidenceTransaction } from './evidence-store.ts';
import { notDeliveredEntry } from './not-delivered.ts';

/** Leaves that say that an answer left. */
const ANSWERED: ReadonlySet<Leaf['type']> = new Set<Leaf['type']>(['disclosure', 'repeat']);

interface Doubtful {
  readonly queryId: string;
  /** The same one however often it is tried to record it. */
  readonly notDelivered: Entry;
}

/** What a transaction found out of doubtful answers. */
export interface Findings {
  readonly looked: readonly Doubtful[];
  /** To be recorded in the same transaction. */
  readonly undelivered: readonly Entry[];
}

/**
 * Answers of commits whose outcome nobody knows. Their callers were told 503: those that are recorded all the same need a
 * record that they never left. Dies the process before that, the log says that they did.
 */
export class DoubtfulAnswers {
  #answers: readonly Doubtful[] = [];

  get size(): number {
    return this.#answers.length;
  }

  add(entries: readonly Entry[]): void {
    const answers = entries.filter(({ disclosure }) => disclosure !== null);
    const doubtful = answers.map((entry) => ({
      queryId: entry.draft.queryId,
      notDelivered: notDeliveredEntry(entry),
    }));
    this.#answers = [...this.#answers, ...doubtful];
  }

  /** Looks what is recorded of the oldest ones, of at most so many. */
  async lookUp(transaction: EvidenceTransaction, most: number): Promise<Findings> {
    const looked = this.#answers.slice(0, most);
    if (looked.length === 0) return { looked, undelivered: [] };
    // Whoever holds the head is alone: the doubtful transaction held it too, and so has ended.
    await transaction.head();
    const ids = looked.flatMap(({ queryId, notDelivered }) => [queryId, notDelivered.draft.queryId]);
    const leaves = new Map(
      (await transaction.leavesOf(ids)).map(decodeLeaf).map((leaf) => [leaf.queryId, leaf.type]),
    );
    const isUndelivered = ({ queryId, notDelivered }: Doubtful): boolean => {
      const type = leaves.get(queryId);
      return type !== undefined && ANSWERED.has(type) && !leaves.has(notDelivered.draft.queryId);
    };
    return { looked, undelivered: looked.filter(isUndelivered).map(({ notDelivered }) => notDelivered) };
  }

  /** To be called once the transaction that found them is durable. */
  settle({ looked }: Findings): void {
    this.#answers = this.#answers.filter((one) => !looked.includes(one));
  }
}
