import { Cron } from 'croner';
import { type SealAlarm } from '../evidence/seal-logs.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { failureOf, type SealOrder } from './sealing-messages.ts';
import { type SealingProcess, type SignCheckpoint, type StartSealing } from './start-sealing-process.ts';

/** How sealing stands. */
export interface SealingState {
  /** Newest sealed day, `YYYY-MM-DD`, as the last run left it; null before the first. */
  readonly lastDay: string | null;
  /** Code of the last run's first alarm; null once a run has gone well. */
  readonly lastError: string | null;
}

export interface SealDaysPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** IANA zone of the log's days. */
  readonly timeZone: string;
  /** `HH:MM` in that zone. */
  readonly sealAt: string;
  /** Read anew for each run: logs and policy may have changed. */
  order(): Promise<Omit<SealOrder, 'timeZone' | 'now'>>;
  /** Whether a day is waiting; asked once, at the start. */
  isDue(): boolean;
  readonly checkpointAt: SignCheckpoint;
  readonly startSealing: StartSealing;
}

/** Another process is at it already: what it seals need not be sealed again. */
const BUSY = 'SEAL_IN_PROGRESS';

/**
 * Seals the days that have ended, every day at the same time, and once at the start where one was missed. It is the gateway
 * that seals, so no operator signs; the manifest of each day is the record.
 */
export class SealDaysJob {
  readonly #ports: SealDaysPorts;
  #state: SealingState = { lastDay: null, lastError: null };
  #schedule: Cron | undefined;
  #process: SealingProcess | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(ports: SealDaysPorts) {
    this.#ports = ports;
  }

  start(): void {
    const { timeZone, sealAt } = this.#ports;
    const [hour = '', minute = ''] = sealAt.split(':');
    const pattern = `${String(Number(minute))} ${String(Number(hour))} * * *`;
    this.#schedule = new Cron(pattern, { timezone: timeZone, unref: true }, async () => this.run());
    if (this.#isDue()) void this.run();
  }

  state(): SealingState {
    return this.#state;
  }

  /** Seals now; joins the run under way where there is one. Never rejects: what goes wrong is logged and kept in the state. */
  async run(): Promise<void> {
    if (this.#closed) return;
    this.#running ??= this.#seal().finally(() => {
      this.#running = undefined;
      this.#process = undefined;
    });
    return this.#running;
  }

  /** Stops at once, in the middle of a seal too: the next run finishes it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#schedule?.stop();
    this.#process?.kill();
    await this.#running;
  }

  /** What cannot be asked here is for the run to find out and to report. */
  #isDue(): boolean {
    try {
      return this.#ports.isDue();
    } catch {
      return true;
    }
  }

  async #seal(): Promise<void> {
    const { clock, timeZone, checkpointAt, startSealing, logger } = this.#ports;
    try {
      const order = await this.#ports.order();
      if (this.#closed) return;
      this.#process = startSealing({ ...order, timeZone, now: clock.now() }, checkpointAt);
      const { newestDay, days, alarms } = await this.#process.outcome;
      for (const { origin, day, leaves, size } of days)
        logger.info('sealing.sealed: a day was sealed into the evidence folder', {
          origin,
          day,
          leaves,
          size,
        });
      for (const alarm of alarms) this.#alarm(alarm);
      this.#state = { lastDay: newestDay ?? this.#state.lastDay, lastError: alarms[0]?.code ?? null };
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #alarm({ origin, code, index, messages }: SealAlarm): void {
    const { logger } = this.#ports;
    logger.error('sealing.alarm: a day could not be sealed', { origin, code, index, reason: messages.en });
  }

  #failed(thrown: unknown): void {
    const { logger } = this.#ports;
    // A run that was stopped on purpose has not failed.
    if (this.#closed) return;
    const { code, messages } = failureOf(thrown);
    if (code === BUSY) {
      logger.info('sealing.busy: another process is sealing', { reason: messages.en });
      return;
    }
    logger.error('sealing.failed: the days that have ended could not be sealed', {
      code,
      reason: messages.en,
    });
    this.#state = { ...this.#state, lastError: code };
  }
}
