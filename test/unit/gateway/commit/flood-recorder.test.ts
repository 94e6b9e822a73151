import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Entry, type Recorded } from '../../../../src/gateway/commit/entry.ts';
import { FloodRecorder } from '../../../../src/gateway/commit/flood-recorder.ts';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { aRefusalEntry } from '../../../support/entry-builder.ts';
import { refusalOf } from '../../../support/refusal.ts';

const RECORDED = { kind: 'recorded', quota: null } as unknown as Recorded;

/** A recorder that keeps what it is given and answers at once. */
class Recorder {
  readonly entries: Entry[] = [];
  failure: GatewayError | undefined;

  readonly record = async (entry: Entry): Promise<Recorded> => {
    this.entries.push(entry);
    if (this.failure !== undefined) throw this.failure;
    return Promise.resolve(RECORDED);
  };
}

const first = (): Entry => aRefusalEntry('RATE_LIMITED');

describe('a flood of equal refusals', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('becomes one record with its count, for which every caller waits', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    const callers = Array.from({ length: 40 }, async () =>
      floods.record('a RATE_LIMITED', '10.0.0.1', first),
    );
    expect(recorder.entries).toEqual([]);
    jest.advanceTimersByTime(250);
    expect(await Promise.all(callers)).toEqual(callers.map(() => RECORDED));
    expect(recorder.entries.map((entry) => entry.draft.count)).toEqual([40]);
  });

  test('counts one as one', async () => {
    const recorder = new Recorder();
    const caller = new FloodRecorder(recorder.record).record('a', '10.0.0.1', first);
    jest.advanceTimersByTime(250);
    await caller;
    expect(recorder.entries[0]?.draft).toMatchObject({ count: 1, code: 'RATE_LIMITED', type: 'refusal' });
  });

  test('is kept apart by certificate and code, and drafted once for each', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    let drafted = 0;
    const draft = (): Entry => {
      drafted += 1;
      return first();
    };
    const callers = ['a', 'b', 'a', 'a'].map(async (key) => floods.record(key, '10.0.0.1', draft));
    jest.advanceTimersByTime(250);
    await Promise.all(callers);
    expect(recorder.entries.map((entry) => entry.draft.count)).toEqual([3, 1]);
    expect(drafted).toBe(2);
  });

  test('opens a new window after each record', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    for (let window = 0; window < 3; window++) {
      const callers = [1, 2].map(async () => floods.record('a', '10.0.0.1', first));
      jest.advanceTimersByTime(250);
      await Promise.all(callers);
    }
    expect(recorder.entries.map((entry) => entry.draft.count)).toEqual([2, 2, 2]);
    expect(new Set(recorder.entries.map((entry) => entry.draft.queryId)).size).toBe(3);
  });

  test('closes its window early at a thousand, so that waiting callers stay bounded', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    const callers = Array.from({ length: 2_500 }, async () => floods.record('a', '10.0.0.1', first));
    expect(recorder.entries).toHaveLength(2);
    floods.closeAll();
    await Promise.all(callers);
    expect(recorder.entries.map((entry) => entry.draft.count)).toEqual([1_000, 1_000, 500]);
  });

  test('seals at most sixteen of the addresses it came from, each once', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    const callers = Array.from({ length: 60 }, async (_, place) =>
      floods.record('a', `10.0.0.${String(place % 30)}`, first),
    );
    floods.closeAll();
    await Promise.all(callers);
    const addresses = recorder.entries[0]?.personal?.content['address'];
    expect(addresses).toEqual(Array.from({ length: 16 }, (_, place) => `10.0.0.${String(place)}`));
  });

  test('refuses every caller when its record does not become durable', async () => {
    const recorder = new Recorder();
    recorder.failure = new GatewayError('AUDIT_NOT_DURABLE');
    const floods = new FloodRecorder(recorder.record);
    const callers = [1, 2, 3].map(async () => refusalOf(async () => floods.record('a', '10.0.0.1', first)));
    floods.closeAll();
    expect(await Promise.all(callers)).toEqual([
      'AUDIT_NOT_DURABLE',
      'AUDIT_NOT_DURABLE',
      'AUDIT_NOT_DURABLE',
    ]);
  });

  test('leaves no timer behind when the gateway stops', async () => {
    const recorder = new Recorder();
    const floods = new FloodRecorder(recorder.record);
    const caller = floods.record('a', '10.0.0.1', () => ({ ...first(), personal: null }));
    floods.closeAll();
    await caller;
    floods.closeAll();
    expect(jest.getTimerCount()).toBe(0);
    expect(recorder.entries[0]).toMatchObject({ personal: null, draft: { count: 1 } });
  });
});
