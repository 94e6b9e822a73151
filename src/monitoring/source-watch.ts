import { type Source, type SourceAnswer, type SourceQuery } from '../sources/source.ts';
import { asGatewayError } from '../shared/problem.ts';

/** So many failures in a row, and the last of them no older than this, make a source count as down. */
const FAILURES = 3;
const REMEMBERED_MILLISECONDS = 60_000;

interface Seen {
  failuresInRow: number;
  /** On the monotonic clock. */
  lastFailureAt: number;
}

/**
 * Watches the sources by what queries meet: nobody is asked about only to see whether a system answers. A source is down
 * after three failures in a row, and again unknown a minute after the last of them, so that a node which is asked nothing
 * because of it is asked again. Its breaker does not say so: it stays open until somebody asks.
 */
export class SourceWatch {
  readonly #seen = new Map<string, Seen>();
  readonly #now: () => number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The same source, watched. */
  watched(source: Source): Source {
    const seen: Seen = { failuresInRow: 0, lastFailureAt: -Infinity };
    this.#seen.set(source.id, seen);
    return {
      id: source.id,
      system: source.system,
      fetch: async (query, signal) => this.#fetch(source, seen, query, signal),
      close: async () => source.close(),
    };
  }

  /** Ids of all sources that are watched. */
  ids(): readonly string[] {
    return [...this.#seen.keys()];
  }

  isDown(sourceId: string): boolean {
    const seen = this.#seen.get(sourceId);
    if (seen === undefined || seen.failuresInRow < FAILURES) return false;
    return this.#now() - seen.lastFailureAt < REMEMBERED_MILLISECONDS;
  }

  async #fetch(source: Source, seen: Seen, query: SourceQuery, signal?: AbortSignal): Promise<SourceAnswer> {
    try {
      const answer = await source.fetch(query, signal);
      seen.failuresInRow = 0;
      return answer;
    } catch (thrown) {
      // A source whose answer is not valid has answered.
      if (asGatewayError(thrown).code === 'SOURCE_ANSWER_INVALID') seen.failuresInRow = 0;
      else {
        seen.failuresInRow += 1;
        seen.lastFailureAt = this.#now();
      }
      throw thrown;
    }
  }
}
