import {
  bulkhead,
  type BulkheadPolicy,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  retry,
  type RetryPolicy,
} from 'cockatiel';
import { type AnsweredOperation, type AnsweringSource } from '../answering-source.ts';
import { unavailable } from '../source-error.ts';
import { type SourceEvent } from '../source-event.ts';
import { type SourceLimits } from '../source-settings.ts';
import { type SourceAnswer, type SourceQuery } from '../source.ts';
import { isFailureOfSource, isRepeatable, outcomeOf, problemOf } from './call-outcome.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { type CallOutcome, type SourceFigures } from './source-figures.ts';
import { TimeLimit } from './time-limit.ts';

/** Calls under way at once where neither the settings nor the source say. */
const CONCURRENCY = 10;
/** Calls that wait, unless the settings say; not fewer than the places. */
const QUEUE = 100;
const FIRST_PAUSE_MILLISECONDS = 20;
/** A call that waited for more of its time than this says nothing about the source when it is late … */
const FAIR_SHARE = 0.5;
/** … and one that waited for more than this is not worth asking. */
const LATE_SHARE = 0.9;

export interface GuardSettings {
  readonly timeoutMilliseconds: number;
  readonly limits: SourceLimits;
}

/**
 * A source that cannot cost more than its limits: one time limit from arrival to answer, then in this order places with a
 * bounded queue, a breaker, and a second try of reads whose connection failed. A call that is refused or given up rejects
 * with SOURCE_UNAVAILABLE. The breaker counts calls, not tries, and only failures that say the source is down or hangs.
 */
export class GuardedSource implements AnsweringSource {
  readonly id: string;
  readonly system: string;
  readonly #source: AnsweringSource;
  readonly #milliseconds: number;
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #places: BulkheadPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #retry: RetryPolicy;
  readonly #calls: Record<CallOutcome, number>;
  readonly #latency = new LatencyHistogram();
  #retries = 0;

  constructor(
    source: AnsweringSource,
    { timeoutMilliseconds, limits }: GuardSettings,
    onEvent: (event: SourceEvent) => void,
  ) {
    this.id = source.id;
    this.system = source.system;
    this.#source = source;
    this.#milliseconds = timeoutMilliseconds;
    this.#concurrency = limits.concurrency ?? source.concurrency ?? CONCURRENCY;
    this.#queue = limits.queue ?? Math.max(QUEUE, this.#concurrency);
    this.#places = bulkhead(this.#concurrency, this.#queue);
    this.#breaker = breakerOf(limits, source.id, onEvent);
    this.#retry = retry(handleWhen(isRepeatable), {
      maxAttempts: limits.retries,
      backoff: new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MILLISECONDS }),
    });
    this.#retry.onRetry(() => this.#retries++);
    this.#calls = {
      answered: 0,
      unavailable: 0,
      'time-limit': 0,
      invalid: 0,
      'queue-full': 0,
      'left-alone': 0,
      failed: 0,
    };
  }

  async fetch(query: SourceQuery): Promise<SourceAnswer> {
    const limit = new TimeLimit(this.#milliseconds);
    try {
      const answer = await limit.within(this.#places.execute(async () => this.#ask(query, limit)));
      this.#count('answered', limit);
      return answer;
    } catch (thrown) {
      this.#count(outcomeOf(thrown), limit);
      throw problemOf(thrown);
    } finally {
      limit.end();
    }
  }

  answers(): readonly AnsweredOperation[] {
    return this.#source.answers();
  }

  figures(): SourceFigures {
    return {
      source: this.id,
      breaker: BREAKER_STATES[this.#breaker.state],
      underWay: this.#concurrency - this.#places.executionSlots,
      concurrency: this.#concurrency,
      waiting: this.#queue - this.#places.queueSlots,
      queue: this.#queue,
      calls: { ...this.#calls },
      retries: this.#retries,
      latency: this.#latency.figures(),
    };
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  /** Begins when a place is free. A call that waited too long gives its place on at once. */
  async #ask(query: SourceQuery, limit: TimeLimit): Promise<SourceAnswer> {
    requireTime(limit);
    const hurried = limit.share() > FAIR_SHARE;
    const ended = await this.#breaker.execute(async () =>
      settled(
        this.#retry.execute(async () => this.#try(query, limit), limit.signal),
        (error) => !hurried && isFailureOfSource(error),
      ),
    );
    if ('error' in ended) throw ended.error;
    return ended.answer;
  }

  async #try(query: SourceQuery, limit: TimeLimit): Promise<SourceAnswer> {
    requireTime(limit);
    return limit.within(this.#source.fetch(query, limit.signal));
  }

  #count(outcome: CallOutcome, limit: TimeLimit): void {
    this.#calls[outcome]++;
    if (outcome !== 'queue-full' && outcome !== 'left-alone') this.#latency.add(limit.spent() / 1000);
  }
}

function requireTime(limit: TimeLimit): void {
  if (limit.share() > LATE_SHARE) throw unavailable('time-limit');
}

type Ended = { readonly answer: SourceAnswer } | { readonly error: Error };

/** Rejects with the errors that count; every other one proves that the source is there. */
async function settled(work: Promise<SourceAnswer>, counts: (error: Error) => boolean): Promise<Ended> {
  try {
    return { answer: await work };
  } catch (thrown) {
    const error = thrown as Error;
    if (counts(error)) throw error;
    return { error };
  }
}

const BREAKER_STATES: Readonly<Record<CircuitState, SourceFigures['breaker']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

function breakerOf(
  { breakerFailures, breakerSeconds }: SourceLimits,
  source: string,
  onEvent: (event: SourceEvent) => void,
): CircuitBreakerPolicy {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: breakerSeconds * 1000,
    breaker: new ConsecutiveBreaker(breakerFailures),
  });
  let open = false;
  const tell = (now: boolean, kind: SourceEvent['kind']): void => {
    if (open === now) return;
    open = now;
    onEvent({ kind, source, detail: `${String(breakerFailures)} failures` });
  };
  breaker.onBreak(() => {
    tell(true, 'breaker-opened');
  });
  breaker.onReset(() => {
    tell(false, 'breaker-closed');
  });
  return breaker;
}
