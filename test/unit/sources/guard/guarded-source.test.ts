import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { ConnectionFailure } from '../../../../src/sources/connection-failure.ts';
import { GuardedSource } from '../../../../src/sources/guard/guarded-source.ts';
import { type SourceAnswer } from '../../../../src/sources/source.ts';
import { type SourceLimits } from '../../../../src/sources/source-settings.ts';
import { FakeSource } from '../../../support/fake-source.ts';
import { sourceLimits } from '../../../support/source-limits.ts';

const LIMIT = 1_000;
const LOST = new ConnectionFailure('ECONNRESET');
const INVALID = new GatewayError('SOURCE_ANSWER_INVALID', { cause: 'ROW_TOO_LARGE' });
const NOT_ASKED = new GatewayError('SOURCE_UNAVAILABLE', { cause: '42P01' });

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

interface Guarded {
  readonly fake: FakeSource;
  readonly guarded: GuardedSource;
  readonly events: string[];
  /** Asks for one person; settles with the answer's only record or what was thrown, as a word. */
  readonly ask: (tckn?: string) => Promise<string>;
}

function guard(limits: Partial<SourceLimits> = {}): Guarded {
  const fake = new FakeSource().answerBy(({ input }) => ({ records: [input['tckn']] }));
  const events: string[] = [];
  const guarded = new GuardedSource(
    Object.assign(fake, { answers: () => [] }),
    { timeoutMilliseconds: LIMIT, limits: sourceLimits(limits) },
    ({ kind, source }) => events.push(`${kind} ${source}`),
  );
  const ask = async (tckn = 'kimse'): Promise<string> =>
    guarded.fetch({ agreementId: 'a', operationId: 'o', input: { tckn } }).then(wordOf, causeOf);
  return { fake, guarded, events, ask };
}

function wordOf({ records }: SourceAnswer): string {
  return String(records[0]);
}

function causeOf(error: unknown): string {
  if (!(error instanceof GatewayError)) throw error;
  return `${error.code} ${String(error.cause)}`;
}

async function times(count: number, ask: () => Promise<string>): Promise<string[]> {
  const ends: string[] = [];
  for (let time = 0; time < count; time++) {
    const end = ask();
    await jest.advanceTimersByTimeAsync(200);
    ends.push(await end);
  }
  return ends;
}

const askedOf = ({ asked }: FakeSource): (string | undefined)[] => asked.map(({ input }) => input['tckn']);

describe('the places of a source', () => {
  test('are taken in order of arrival, and above places and queue a call is refused at once', async () => {
    const { fake, guarded, ask } = guard({ concurrency: 2, queue: 2 });
    const open = fake.hold();
    const calls = ['1', '2', '3', '4'].map(ask);
    expect(await ask('5')).toBe('SOURCE_UNAVAILABLE queue-full');
    expect(askedOf(fake)).toEqual(['1', '2']);
    expect(guarded.figures()).toMatchObject({ underWay: 2, concurrency: 2, waiting: 2, queue: 2 });
    open();
    expect(await Promise.all(calls)).toEqual(['1', '2', '3', '4']);
    expect(guarded.figures()).toMatchObject({ underWay: 0, waiting: 0 });
  });

  test('are given back by a source that never settles, and those who wait get them', async () => {
    const { fake, ask } = guard({ concurrency: 1 });
    fake.hold();
    const stuck = ask('1');
    await jest.advanceTimersByTimeAsync(LIMIT - 100);
    const waiting = ask('2');
    fake.hold()();
    await jest.advanceTimersByTimeAsync(100);
    expect(await stuck).toBe('SOURCE_UNAVAILABLE time-limit');
    expect(await waiting).toBe('2');
  });

  test('are given on by calls whose time passed while they waited, without asking the source', async () => {
    const { fake, ask } = guard({ concurrency: 1 });
    fake.hold();
    const late = [ask('1'), ask('2'), ask('3')];
    await jest.advanceTimersByTimeAsync(LIMIT - 100);
    const waiting = ask('4');
    fake.hold()();
    await jest.advanceTimersByTimeAsync(100);
    expect(await Promise.all(late)).toEqual(Array(3).fill('SOURCE_UNAVAILABLE time-limit'));
    expect(await waiting).toBe('4');
    expect(askedOf(fake)).toEqual(['1', '4']);
  });
});

describe('a failed connection', () => {
  test('is tried again as often as the settings say, and no other failure is', async () => {
    const { fake, guarded, ask } = guard({ retries: 2 });
    const failures: GatewayError[] = [LOST, LOST];
    fake.answerBy(() => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { records: ['cevap'] };
    });
    expect(await times(1, ask)).toEqual(['cevap']);
    expect(guarded.figures()).toMatchObject({ retries: 2, calls: { answered: 1, unavailable: 0 } });
    failures.push(LOST, LOST, LOST);
    expect(await times(1, ask)).toEqual(['SOURCE_UNAVAILABLE ECONNRESET']);
    expect(fake.asked).toHaveLength(6);
    failures.push(INVALID);
    expect(await times(1, ask)).toEqual(['SOURCE_ANSWER_INVALID ROW_TOO_LARGE']);
    failures.push(NOT_ASKED);
    expect(await times(1, ask)).toEqual(['SOURCE_UNAVAILABLE 42P01']);
    failures.push(new ConnectionFailure('28P01', { repeatable: false }));
    expect(await times(1, ask)).toEqual(['SOURCE_UNAVAILABLE 28P01']);
    expect(fake.asked).toHaveLength(9);
  });

  test('is not tried again once the time has passed', async () => {
    const { fake, ask } = guard({ retries: 5 });
    const open = fake.failWith(LOST).hold();
    const call = ask();
    await jest.advanceTimersByTimeAsync(LIMIT);
    expect(await call).toBe('SOURCE_UNAVAILABLE time-limit');
    open();
    await jest.advanceTimersByTimeAsync(LIMIT);
    expect(fake.asked).toHaveLength(1);
  });
});

describe('the breaker', () => {
  test('leaves a source alone after failures in a row, lets one call try it, and closes when it answers', async () => {
    const { fake, guarded, events, ask } = guard({ breakerFailures: 3, breakerSeconds: 5, retries: 1 });
    fake.failWith(LOST);
    expect(await times(3, ask)).toEqual(Array(3).fill('SOURCE_UNAVAILABLE ECONNRESET'));
    expect(fake.asked).toHaveLength(6);
    expect(await times(2, ask)).toEqual(Array(2).fill('SOURCE_UNAVAILABLE left-alone'));
    expect(fake.asked).toHaveLength(6);
    expect(guarded.figures().breaker).toBe('open');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await times(2, ask)).toEqual(['SOURCE_UNAVAILABLE ECONNRESET', 'SOURCE_UNAVAILABLE left-alone']);
    fake.answerWith('yine');
    await jest.advanceTimersByTimeAsync(5_000);
    const open = fake.hold();
    const trying = [ask(), ask()];
    await jest.advanceTimersByTimeAsync(0);
    expect(fake.asked).toHaveLength(9);
    expect(guarded.figures().breaker).toBe('half-open');
    open();
    expect(await Promise.all(trying)).toEqual(['yine', 'yine']);
    expect(guarded.figures().breaker).toBe('closed');
    expect(events).toEqual(['breaker-opened fake-source', 'breaker-closed fake-source']);
  });

  test('counts hangs, and no answer that was refused or an error of the source itself', async () => {
    const { fake, guarded, ask } = guard({ breakerFailures: 2 });
    fake.failWith(INVALID);
    await times(3, ask);
    fake.failWith(NOT_ASKED);
    await times(3, ask);
    expect(guarded.figures().breaker).toBe('closed');
    fake.hold();
    const hung = ask();
    await jest.advanceTimersByTimeAsync(LIMIT);
    await hung;
    fake.hold()();
    await times(1, ask);
    fake.hold();
    const again = [ask(), ask()];
    await jest.advanceTimersByTimeAsync(LIMIT);
    await Promise.all(again);
    expect(guarded.figures().breaker).toBe('open');
  });

  test('holds nothing against a source that was asked too late', async () => {
    const { fake, guarded, ask } = guard({ breakerFailures: 1, concurrency: 1 });
    const open = fake.hold();
    const first = ask();
    const second = ask();
    await jest.advanceTimersByTimeAsync(LIMIT * 0.6);
    fake.hold();
    open();
    await jest.advanceTimersByTimeAsync(LIMIT * 0.4);
    expect([await first, await second]).toEqual(['kimse', 'SOURCE_UNAVAILABLE time-limit']);
    expect(guarded.figures().breaker).toBe('closed');
  });
});

describe('the figures', () => {
  test('count how calls ended and how long they took', async () => {
    const { fake, guarded, ask } = guard({ concurrency: 1, queue: 0, retries: 0 });
    const open = fake.hold();
    const slow = ask();
    await ask();
    await jest.advanceTimersByTimeAsync(300);
    open();
    await slow;
    fake.hold()();
    fake.failWith(INVALID);
    await ask();
    fake.failWith(NOT_ASKED);
    await ask();
    fake.failWith(new TypeError('fault'));
    await expect(guarded.fetch({ agreementId: 'a', operationId: 'o', input: {} })).rejects.toThrow(TypeError);
    const { calls, latency } = guarded.figures();
    expect(calls).toEqual({
      answered: 1, unavailable: 1, 'time-limit': 0, invalid: 1, 'queue-full': 1, 'left-alone': 0, failed: 1,
    }); // prettier-ignore
    expect(latency).toMatchObject({ calls: 4, sumSeconds: 0.3 });
    expect(latency.buckets.filter(({ seconds }) => [0.001, 0.25, 0.5, 60].includes(seconds))).toEqual([
      { seconds: 0.001, calls: 3 },
      { seconds: 0.25, calls: 3 },
      { seconds: 0.5, calls: 4 },
      { seconds: 60, calls: 4 },
    ]);
  });
});

test('closing a guarded source closes the source', async () => {
  const { fake, guarded } = guard();
  await guarded.close();
  expect(fake.closed).toBe(true);
});
