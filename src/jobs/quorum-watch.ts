import { type LeafFacts } from '../audit/leaf.ts';
import { type SizeAndTime } from '../audit/witness/witness-standing.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';

/** How long a quorum may be missing. */
const PATIENCE_MILLISECONDS = 60 * 60 * 1000;

/** How the log stands with its quorum of witnesses. */
export interface QuorumState {
  /** Newest checkpoint that a quorum cosigned; null for none. */
  readonly met: SizeAndTime | null;
  /** Epoch milliseconds of the first checkpoint that still lacks its quorum; null while none does. */
  readonly missingSince: number | null;
  readonly alarmed: boolean;
}

/** Remembers which checkpoint a quorum cosigned last, and says once for each loss when an alarm is due. */
export class QuorumWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #met: SizeAndTime | null = null;
  #missingSince: number | null = null;
  #alarmed = false;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  state(): QuorumState {
    return { met: this.#met, missingSince: this.#missingSince, alarmed: this.#alarmed };
  }

  /** A log begins to be watched. @param met what its quorum cosigned before */
  begin(met: SizeAndTime | null): void {
    this.#met = met;
  }

  noteMet(size: number): void {
    if (this.#alarmed)
      this.#logger.info('witness.quorum-met: the log has its quorum of witnesses again', { size });
    if (this.#met?.size !== size) this.#met = { size, at: this.#clock.now() };
    this.#missingSince = null;
    this.#alarmed = false;
  }

  /**
   * @param since epoch milliseconds of the first checkpoint after the last that a quorum cosigned
   * @returns what is to be recorded, where the alarm is due now
   */
  noteMissing(origin: string, size: number, since: number): LeafFacts | undefined {
    this.#missingSince = since;
    if (this.#alarmed || this.#clock.now() - since <= PATIENCE_MILLISECONDS) return undefined;
    this.#alarmed = true;
    const metSize = this.#met?.size ?? 0;
    const facts = { event: 'quorum-lost', origin, size, metSize, since: new Date(since).toISOString() };
    this.#logger.error(
      'witness.quorum-lost: no quorum of witnesses has cosigned the log for over an hour',
      facts,
    );
    return facts;
  }
}
