import { type EvidenceReader, type StoredLeaf } from '../../src/audit/audit-log.ts';
import { verifyLog } from '../../src/audit/verify-log.ts';
import { logNode } from '../../src/settings/places.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { findLogs, openLogOf } from '../../src/store/find-log.ts';

/** Every log of a node, oldest first; a year that ends begins another one. */
export class NodeLogs {
  readonly #settings: Settings;
  readonly #open = new Map<string, EvidenceReader>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  all(): EvidenceReader[] {
    return findLogs(this.#settings.databaseUrl, logNode(this.#settings)).map(({ origin }) => {
      const reader = this.#open.get(origin) ?? openLogOf(this.#settings.databaseUrl, origin);
      this.#open.set(origin, reader);
      return reader;
    });
  }

  leaves(): StoredLeaf[] {
    return this.all().flatMap((log) => [...log.leaves()]);
  }

  leafOf(queryId: string): StoredLeaf | undefined {
    return this.all()
      .map((log) => log.leafOf(queryId))
      .find((leaf) => leaf !== undefined);
  }

  /** Proves every log. @throws Error naming the first that is not sound */
  prove(now: number): void {
    for (const log of this.all()) {
      const { verdict, reason, firstBadIndex } = verifyLog(log, now);
      if (verdict !== 'sound')
        throw new Error(`${log.head().origin} is ${verdict} at ${String(firstBadIndex)}: ${reason.en}`);
    }
  }

  close(): void {
    for (const log of this.#open.values()) log.close();
    this.#open.clear();
  }
}
