import { type SavedStamp, stampFacts } from '../audit/time-stamp/saved-stamp.ts';
import { evidenceStale, firstFailureAfter } from '../audit/time-stamp/staleness.ts';
import { AuthorityError } from '../notary/authority-error.ts';
import { type TimeStampAuthority } from '../notary/time-stamp-authority.ts';
import { newQueryId } from '../shared/ids.ts';
import { type StampPorts } from './stamp-ports.ts';

/** How the log stands with its authority. */
export interface StampState {
  readonly configured: boolean;
  /** Tree size of the newest stamped checkpoint; 0 before the first. */
  readonly stampedSize: number;
  /** Epoch milliseconds that the authority stated for it. */
  readonly stampedAt: number | null;
  /** Records that no stamped checkpoint holds yet. */
  readonly unstamped: number;
  /** Epoch milliseconds of the first failed attempt since the last that succeeded. */
  readonly firstFailedAt: number | null;
  /** Code of the newest failure, null once an attempt has succeeded; `internal` for what is no fault of the authority. */
  readonly lastError: string | null;
  readonly stale: boolean;
}

export type StampOutcome = 'stamped' | 'nothing-new' | 'failed' | 'stopped' | 'not-configured';

/** Has the newest checkpoint stamped whenever there is something new in the log. */
export class StampJob {
  readonly #ports: StampPorts;
  #firstFailedAt: number | null;
  #lastError: string | null = null;
  #running: Promise<StampOutcome> | undefined;

  constructor(ports: StampPorts) {
    this.#ports = ports;
    this.#firstFailedAt = ports.failures.load();
  }

  /** One attempt; a call during another joins it. Never rejects. @param signal gives up without counting a failure */
  async run(signal?: AbortSignal): Promise<StampOutcome> {
    this.#running ??= this.#attempt(signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Asks nothing but the clock: cheap enough for every query. */
  stale(): boolean {
    const { authority, clock, staleMilliseconds } = this.#ports;
    const rule = { firstFailedAt: this.#firstFailedAt, now: clock.now(), staleMilliseconds };
    return authority !== null && evidenceStale(rule);
  }

  state(): StampState {
    const newest = this.#ports.newest();
    return {
      configured: this.#ports.authority !== null,
      stampedSize: newest?.size ?? 0,
      stampedAt: newest?.genTime ?? null,
      unstamped: this.#ports.unstamped(),
      firstFailedAt: this.#firstFailedAt,
      lastError: this.#lastError,
      stale: this.stale(),
    };
  }

  async #attempt(signal: AbortSignal | undefined): Promise<StampOutcome> {
    const { authority, clock } = this.#ports;
    if (authority === null) return 'not-configured';
    const at = clock.now();
    try {
      const outcome = await this.#stampNewest(authority, signal);
      this.#lastError = null;
      this.#note({ succeeded: true, at });
      return outcome;
    } catch (thrown) {
      const code = thrown instanceof AuthorityError ? thrown.code : 'internal';
      if (code === 'stopped') return 'stopped';
      this.#lastError = code;
      this.#note({ succeeded: false, at });
      this.#tellFailure(authority.name, code, thrown);
      return 'failed';
    }
  }

  async #stampNewest(authority: TimeStampAuthority, signal: AbortSignal | undefined): Promise<StampOutcome> {
    const ports = this.#ports;
    const newest = ports.newest();
    if (newest !== null) await this.#recordMissing(newest);
    // The leaf of the last stamp does not call for another one, or they would never end.
    if (!ports.grownSince(newest?.size ?? 0)) return 'nothing-new';
    const { size, note } = await ports.publish();
    const { response, stamp } = await authority.stamp(Buffer.from(note, 'utf8'), signal);
    // Dying up to here costs a credit of the authority: nothing is kept, and the next run asks again.
    const { genTime, policy, serial } = stamp;
    const about = { size, note, response, genTime, policy, authority: authority.name };
    const saved = { ...about, at: ports.clock.now(), leafId: newQueryId() };
    await ports.save(saved);
    // Dying here leaves a stamp without its leaf: it is evidence already, and the next run appends the leaf.
    await this.#recordMissing(saved);
    // Dying here leaves a failure on file that is over: the next run finds nothing new, or stamps, and forgets it.
    ports.logger.info('stamp.received: a checkpoint has its time stamp', {
      authority: authority.name,
      size,
      serial,
    });
    return 'stamped';
  }

  /** Appends the leaf of a saved stamp unless it is there: after a commit whose end nobody saw it is not appended twice. */
  async #recordMissing(saved: SavedStamp): Promise<void> {
    if (!(await this.#ports.isRecorded(saved.leafId)))
      await this.#ports.record(saved.leafId, stampFacts(saved));
  }

  #note(attempt: { readonly succeeded: boolean; readonly at: number }): void {
    const before = this.#firstFailedAt;
    this.#firstFailedAt = firstFailureAfter(before, attempt);
    if (this.#firstFailedAt === before) return;
    try {
      this.#ports.failures.save(this.#firstFailedAt);
    } catch (cause) {
      // It holds in this process; a restart would count from what was saved last.
      this.#ports.logger.error('stamp.failure-not-saved: the first failed attempt could not be saved', {
        cause,
      });
    }
  }

  #tellFailure(authority: string, code: string, cause: unknown): void {
    const fields = { authority, code, firstFailedAt: this.#firstFailedAt, cause };
    if (this.stale()) {
      this.#ports.logger.error('stamp.stale: no time stamp for too long; queries are refused', fields);
    } else this.#ports.logger.warn('stamp.failed: no time stamp was received', fields);
  }
}
