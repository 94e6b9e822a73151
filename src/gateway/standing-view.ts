import { type Logger } from '../shared/logger.ts';
import { type EvidenceStore } from './commit/evidence-store.ts';
import { type Standing } from './standing.ts';

const POLL_MILLISECONDS = 250;

/**
 * The newest standing this process knows. Commits hand in what they saw; between commits a look at the version,
 * four times a second, finds what commands and other processes changed.
 */
export class StandingView {
  readonly #store: EvidenceStore;
  readonly #logger: Logger;
  #current: Standing;
  #poll: NodeJS.Timeout | undefined;

  constructor(store: EvidenceStore, first: Standing, logger: Logger) {
    this.#store = store;
    this.#current = first;
    this.#logger = logger;
  }

  current(): Standing {
    return this.#current;
  }

  /** Never goes back to an older version. */
  replace(standing: Standing): void {
    if (standing.version > this.#current.version) this.#current = standing;
  }

  startPolling(): void {
    this.#poll ??= setInterval(() => void this.refresh(), POLL_MILLISECONDS);
  }

  stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  /**
   * A failing look changes nothing: no answer leaves without a commit, and the commit looks again.
   * @returns whether the registers could be read
   */
  async refresh(): Promise<boolean> {
    try {
      const version = await this.#store.standingVersion();
      if (version > this.#current.version) this.replace(await this.#store.standing());
      return true;
    } catch (error) {
      this.#logger.warn(
        'standing.refresh-failed: the registers could not be looked at; the next commit looks again',
        { error },
      );
      return false;
    }
  }
}
