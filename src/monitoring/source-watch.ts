import { type Source, type SourceAnswer, type SourceQuery } from '../sources/source.ts';
import { asGatewayError } from '../shared/problem.ts';
import { Histogram, WAITING_SECONDS } from './metrics/histogram.ts';
import { type Metric } from './metrics/metric.ts';

/** So many failures in a row, and none of them older than this, make a source count as down. */
const FAILURES = 3;
const REMEMBERED_MILLISECONDS = 60_000;

interface Seen {
  readonly source: Source;
  readonly outcomes: Map<string, number>;
  readonly seconds: Histogram;
  underWay: number;
  failuresInRow: number;
  /** On the monotonic clock. */
  lastFailureAt: number;
}

/**
 * Watches the sources by what queries meet: nobody is asked about only to see whether a system answers. A source is down
 * after three failures in a row, and again unknown a minute after the last of them, so that a node which is asked nothing
 * because of it is asked again.
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
    const seen: Seen = {
      source,
      outcomes: new Map(),
      seconds: new Histogram(WAITING_SECONDS),
      underWay: 0,
      failuresInRow: 0,
      lastFailureAt: -Infinity,
    };
    this.#seen.set(source.id, seen);
    return {
      id: source.id,
      system: source.system,
      fetch: async (query) => this.#fetch(seen, query),
      close: async () => source.close(),
    };
  }

  isDown(sourceId: string): boolean {
    const seen = this.#seen.get(sourceId);
    if (seen === undefined || seen.failuresInRow < FAILURES) return false;
    return this.#now() - seen.lastFailureAt < REMEMBERED_MILLISECONDS;
  }

  metrics(): Metric[] {
    const all = <T>(read: (seen: Seen) => T): (readonly [{ source: string }, T])[] =>
      [...this.#seen].map(([source, seen]) => [{ source }, read(seen)] as const);
    return [
      {
        name: 'gecit_source_fetches_total',
        help: 'Fetches that ended, by source and code; OK for an answer',
        type: 'counter',
        read: () =>
          [...this.#seen].flatMap(([source, { outcomes }]) =>
            [...outcomes].map(([code, count]) => [{ source, code }, count] as const),
          ),
      },
      {
        name: 'gecit_source_fetch_duration_seconds',
        help: 'Time of one fetch, failed ones included',
        type: 'histogram',
        read: () => all(({ seconds }) => seconds),
      },
      {
        name: 'gecit_source_fetches_in_flight',
        help: 'Fetches under way',
        type: 'gauge',
        read: () => all(({ underWay }) => underWay),
      },
      {
        name: 'gecit_source_down',
        help: '1 while the newest fetches of the source have all failed',
        type: 'gauge',
        read: () => all(({ source }) => Number(this.isDown(source.id))),
      },
    ];
  }

  async #fetch(seen: Seen, query: SourceQuery): Promise<SourceAnswer> {
    const begun = this.#now();
    seen.underWay += 1;
    try {
      const answer = await seen.source.fetch(query);
      this.#note(seen, 'OK', begun);
      return answer;
    } catch (thrown) {
      this.#note(seen, asGatewayError(thrown).code, begun);
      throw thrown;
    }
  }

  #note(seen: Seen, code: string, begun: number): void {
    const now = this.#now();
    seen.underWay -= 1;
    seen.seconds.note((now - begun) / 1000);
    seen.outcomes.set(code, (seen.outcomes.get(code) ?? 0) + 1);
    // A source whose answer is not valid has answered.
    if (code === 'OK' || code === 'SOURCE_ANSWER_INVALID') seen.failuresInRow = 0;
    else {
      seen.failuresInRow += 1;
      seen.lastFailureAt = now;
    }
  }
}
