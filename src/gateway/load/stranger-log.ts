import { type Clock } from '../../shared/clock.ts';
import { type Logger } from '../../shared/logger.ts';
import { type Caller } from '../partner-gateway.ts';

const QUIET_MILLISECONDS = 10_000;
const MOST_REMEMBERED = 1_000;
const UNKNOWN = 'agency.unknown-certificate: a certificate that no agency registered was refused';

interface Seen {
  /** When its last line was written. */
  at: number;
  /** Where its last attempt came from. */
  address: string;
  unlogged: number;
}

/**
 * Counts and logs attempts with certificates that nobody registered. They leave no leaf, and each certificate at most
 * one line in ten seconds, so that a stranger can fill neither the log of evidence nor the disk. Every attempt is part
 * of a line: what is still unlogged when the attempts stop is written by a timer, and the rest by `close`.
 */
export class StrangerLog {
  readonly #seen = new Map<string, Seen>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Attempts since the start. */
  get count(): number {
    return this.#count;
  }

  note({ certificateFingerprint, address }: Caller): void {
    this.#count += 1;
    const seen = this.#remembered(certificateFingerprint);
    seen.address = address;
    seen.unlogged += 1;
    if (this.#isDue(seen)) this.#write(certificateFingerprint, seen);
    else this.#startTimer();
  }

  /** Writes what has only been counted so far. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [certificate, seen] of this.#seen) this.#write(certificate, seen);
  }

  #remembered(certificate: string): Seen {
    const known = this.#seen.get(certificate);
    if (known !== undefined) return known;
    if (this.#seen.size >= MOST_REMEMBERED) {
      this.close();
      this.#seen.clear();
    }
    const fresh = { at: -Infinity, address: '', unlogged: 0 };
    this.#seen.set(certificate, fresh);
    return fresh;
  }

  /** A clock that was set back must not silence the log. */
  #isDue({ at }: Seen): boolean {
    const quiet = this.#clock.now() - at;
    return quiet >= QUIET_MILLISECONDS || quiet < 0;
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writeDue();
    }, QUIET_MILLISECONDS).unref();
  }

  #writeDue(): void {
    for (const [certificate, seen] of this.#seen) {
      if (this.#isDue(seen)) this.#write(certificate, seen);
      else if (seen.unlogged > 0) this.#startTimer();
    }
  }

  #write(certificate: string, seen: Seen): void {
    if (seen.unlogged === 0) return;
    this.#logger.warn(UNKNOWN, { certificate, address: seen.address, attempts: seen.unlogged });
    seen.at = this.#clock.now();
    seen.unlogged = 0;
  }
}
