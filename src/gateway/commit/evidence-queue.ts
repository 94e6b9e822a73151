import { type Logger } from '../../shared/logger.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type StandingView } from '../standing-view.ts';
import { type BatchOutcome, commitBatch, type CommitParts } from './commit-batch.ts';
import { rollOverWhenDue } from '../roll-over.ts';
import { DoubtfulAnswers, type Findings } from './doubtful-answers.ts';
import { type Entry, type Recorded } from './entry.ts';
import { OutcomeUnknownError, StoreBusyError, type EvidenceStore } from './evidence-store.ts';
import { FairLanes } from './fair-lanes.ts';
import { notDeliveredEntry } from './not-delivered.ts';

/** What the queue works with and how long, in milliseconds, an entry may wait. */
export interface EvidenceQueueParts extends CommitParts {
  readonly store: EvidenceStore;
  readonly standing: StandingView;
  readonly logger: Logger;
  /** Learns what a commit changed and how long it took, before anybody hears of its answers. */
  readonly committed: (outcome: BatchOutcome, milliseconds: number) => void;
  /** Exchanges under way, each of which will hand in one entry. */
  readonly underWay: () => number;
  /** How long a record may wait to become durable. */
  readonly waitMilliseconds: number;
}

interface Waiting {
  readonly entry: Entry;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** The caller was answered, be it with a refusal because the record came too late. */
  settled: boolean;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: GatewayError) => void;
}

const BATCH = 256;
/** How long a batch waits for exchanges that are still with their source; a lone query never waits. */
const GATHER_MILLISECONDS = 2;
/** Pause before the next try while another process holds the database. */
const BUSY_PAUSE_MILLISECONDS = 10;
/** How often deadlines are looked at: a record is given up at most this much late. */
const SWEEP_MILLISECONDS = 50;
/** How often it is looked what became of a commit whose answer is lost. */
const DOUBT_MILLISECONDS = 1_000;

/**
 * Collects entries and commits them together. A batch is taken once every exchange under way waits for it, or after two
 * milliseconds, so that one fsync serves as many answers as it can without delaying any of them noticeably.
 * `record` MUST NOT resolve before the entry's leaf is durable; it rejects with AUDIT_NOT_DURABLE and nothing else.
 */
export class EvidenceQueue {
  readonly #parts: EvidenceQueueParts;
  readonly #lanes = new FairLanes<Waiting>();
  /** Taken from the lanes and not yet durable, or to be tried again. */
  #batch: readonly Waiting[] = [];
  readonly #doubtful = new DoubtfulAnswers();
  /** Why the store was busy last. */
  #heldUp: unknown;
  #committing = false;
  #recording = true;
  #next: NodeJS.Immediate | undefined;
  #gather: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #doubts: NodeJS.Timeout | undefined;
  #whenDrained: (() => void)[] = [];

  constructor(parts: EvidenceQueueParts) {
    this.#parts = parts;
  }

  /**
   * Whether records become durable. After a failure it looks whether the store can be written again, so that a gateway
   * that nobody asks any more because it failed is found to be well.
   */
  async recording(): Promise<boolean> {
    if (!this.#recording && this.waiting === 0) await this.#look();
    return this.#recording;
  }

  get waiting(): number {
    return this.#lanes.size + this.#batch.length;
  }

  async record(entry: Entry): Promise<Recorded> {
    return await new Promise((resolve, reject) => {
      const deadline = performance.now() + this.#parts.waitMilliseconds;
      this.#lanes.add(entry.lane, entry.disclosure !== null, {
        entry,
        deadline,
        settled: false,
        resolve,
        reject,
      });
      this.#schedule();
      this.#sweep ??= setInterval(this.#giveUpLate, SWEEP_MILLISECONDS);
    });
  }

  /** Resolves once nothing waits any more, and it was looked once more for answers whose commit is in doubt. */
  async drained(): Promise<void> {
    if (this.waiting > 0) await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
    if (this.#doubtful.size > 0) await this.#look();
    clearInterval(this.#doubts);
  }

  #schedule(): void {
    if (this.#committing) return;
    if (this.#lanes.size >= Math.min(BATCH, this.#parts.underWay())) this.#next ??= setImmediate(this.#flush);
    else this.#gather ??= setTimeout(this.#flush, GATHER_MILLISECONDS);
  }

  readonly #flush = (): void => {
    clearImmediate(this.#next);
    clearTimeout(this.#gather);
    this.#next = undefined;
    this.#gather = undefined;
    // A try that is paused because the database is held comes back by itself.
    if (!this.#committing) void this.#commit();
  };

  async #commit(): Promise<void> {
    if (this.#batch.length === 0) this.#batch = this.#lanes.take(BATCH);
    this.#batch = this.#batch.filter((waiting) => !waiting.settled);
    const batch = this.#batch;
    this.#committing = true;
    let busy = false;
    try {
      if (batch.length > 0) await this.#transact(batch);
      this.#batch = [];
    } catch (thrown) {
      busy = thrown instanceof StoreBusyError;
      if (busy) this.#heldUp = thrown;
      else this.#giveUp(batch, thrown);
    }
    if (busy) setTimeout(() => void this.#commit(), BUSY_PAUSE_MILLISECONDS);
    else this.#continue();
  }

  /** A transaction without new entries, unless one is under way: whether the store can be written, and what is in doubt. */
  async #look(): Promise<void> {
    if (this.#committing) return;
    this.#committing = true;
    try {
      await this.#transact([]);
    } catch {
      this.#recording = false;
    }
    this.#committing = false;
    if (this.waiting > 0) this.#schedule();
  }

  /** Commits the batch, after it what is found out of doubtful answers, and tells the callers. */
  async #transact(batch: readonly Waiting[]): Promise<void> {
    const { store, standing } = this.#parts;
    const known = standing.current();
    const begun = performance.now();
    const { findings, outcome } = await store.transact(async (transaction) => {
      const found = await this.#doubtful.lookUp(transaction, BATCH);
      const entries = [...batch.map((waiting) => waiting.entry), ...found.undelivered];
      if (entries.length === 0) {
        await transaction.head();
        return { findings: found, outcome: undefined };
      }
      await rollOverWhenDue(transaction, this.#parts);
      return { findings: found, outcome: await commitBatch(transaction, entries, known, this.#parts) };
    });
    // From here on the records are durable, whatever happens to this process.
    this.#recording = true;
    this.#heldUp = undefined;
    this.#settle(findings);
    if (outcome === undefined) return;
    standing.replace(outcome.standing);
    this.#parts.committed(outcome, performance.now() - begun);
    batch.forEach((waiting, place) => {
      const recorded = outcome.recorded[place];
      if (recorded !== undefined) this.#deliver(waiting, recorded);
    });
  }

  #settle(findings: Findings): void {
    this.#doubtful.settle(findings);
    if (this.#doubtful.size > 0) return;
    clearInterval(this.#doubts);
    this.#doubts = undefined;
  }

  #continue(): void {
    this.#committing = false;
    if (this.waiting > 0) {
      this.#schedule();
      return;
    }
    clearInterval(this.#sweep);
    this.#sweep = undefined;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
  }

  #deliver(waiting: Waiting, recorded: Recorded): void {
    if (!waiting.settled) {
      waiting.settled = true;
      waiting.resolve(recorded);
    } else if (waiting.entry.disclosure !== null && recorded.kind === 'recorded') {
      // The caller was told 503 while the commit was under way: the log says that this answer never left.
      this.record(notDeliveredEntry(waiting.entry)).catch((error: unknown) => {
        this.#parts.logger.error(
          'audit.not-delivered-unrecorded: an answer that came too late could not be recorded as not delivered',
          {
            queryId: waiting.entry.draft.queryId,
            error,
          },
        );
      });
    }
  }

  #giveUp(batch: readonly Waiting[], cause: unknown): void {
    this.#recording = false;
    const { logger } = this.#parts;
    const fields = { records: batch.length, error: cause };
    if (cause instanceof OutcomeUnknownError) {
      this.#doubtful.add(batch.map((waiting) => waiting.entry));
      this.#doubts ??= setInterval(() => void this.#look(), DOUBT_MILLISECONDS).unref();
      logger.error(
        'audit.commit-unknown: nobody knows yet whether records became durable; their callers get nothing',
        fields,
      );
    } else
      logger.error(
        'audit.commit-failed: records could not be made durable; their callers get nothing',
        fields,
      );
    for (const waiting of batch) settleLate(waiting, cause);
    this.#batch = [];
  }

  readonly #giveUpLate = (): void => {
    const now = performance.now();
    const late = [...this.#batch, ...this.#lanes].filter(
      (waiting) => !waiting.settled && waiting.deadline <= now,
    );
    for (const waiting of late) settleLate(waiting, 'the record did not become durable in time');
    if (late.length > 0) {
      this.#recording = false;
      this.#parts.logger.error(
        'audit.commit-late: records did not become durable in time; their callers get nothing',
        { records: late.length, committing: this.#committing, error: this.#heldUp },
      );
    }
  };
}

function settleLate(waiting: Waiting, cause: unknown): void {
  if (waiting.settled) return;
  waiting.settled = true;
  waiting.reject(new GatewayError('AUDIT_NOT_DURABLE', { cause, retryAfterSeconds: 5 }));
}
