import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { BurstGate } from '../../../../src/gateway/load/burst-gate.ts';
import { ExchangePlaces } from '../../../../src/gateway/load/exchange-places.ts';
import { StrangerLog } from '../../../../src/gateway/load/stranger-log.ts';
import { aCaller } from '../../../support/exchange-builder.ts';
import { NOON } from '../../../support/people-builder.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { SetClock } from '../../../support/set-clock.ts';

describe('the burst gate', () => {
  test('lets a burst of its size through, then one for each part of a second', () => {
    const gate = new BurstGate(3, 2);
    expect([gate.take('a', 0), gate.take('a', 0), gate.take('a', 0)]).toEqual([0, 0, 0]);
    expect(gate.take('a', 0)).toBe(1);
    expect(gate.take('a', 499)).toBe(1);
    expect(gate.take('a', 500)).toBe(0);
    expect(gate.take('a', 500)).toBe(1);
  });

  test('tells whole seconds after which a request passes', () => {
    const gate = new BurstGate(1, 0.1);
    expect(gate.take('a', 0)).toBe(0);
    const wait = gate.take('a', 0);
    expect(wait).toBe(10);
    expect(gate.take('a', wait * 1000)).toBe(0);
  });

  test('refusing uses nothing up', () => {
    const gate = new BurstGate(1, 1);
    gate.take('a', 0);
    for (let asked = 0; asked < 100; asked++) gate.take('a', 10);
    expect(gate.take('a', 1_000)).toBe(0);
  });

  test('never saves up more than its size', () => {
    const gate = new BurstGate(2, 100);
    gate.take('a', 0);
    const later = 3_600_000;
    expect([gate.take('a', later), gate.take('a', later), gate.take('a', later)]).toEqual([0, 0, 1]);
  });

  test('counts each certificate by itself', () => {
    const gate = new BurstGate(1, 1);
    expect([gate.take('a', 0), gate.take('b', 0), gate.take('a', 0)]).toEqual([0, 0, 1]);
  });

  test('gains nothing from a clock that is set back', () => {
    const gate = new BurstGate(1, 1);
    gate.take('a', 10_000);
    expect(gate.take('a', 5_000)).toBe(1);
    expect(gate.take('a', 5_999)).toBe(1);
  });

  test('stays bounded and goes on when it has forgotten everybody', () => {
    const gate = new BurstGate(1, 1);
    const waits = Array.from({ length: 10_001 }, (_, key) => gate.take(`key ${String(key)}`, 0));
    expect(Math.max(...waits)).toBe(0);
    expect(gate.take('key 10000', 0)).toBe(1);
  });
});

describe('the places of exchanges under way', () => {
  test('are bounded in all and come back', () => {
    const places = new ExchangePlaces(2, 2);
    const leave = places.take('alpha');
    places.take('beta');
    expect(places.take('gamma')).toBeUndefined();
    leave?.();
    expect(places.taken).toBe(1);
    expect(places.take('gamma')).toBeDefined();
  });

  test('have a share for each agency, so that one cannot crowd out another', () => {
    const places = new ExchangePlaces(10, 2);
    const leave = places.take('alpha');
    places.take('alpha');
    expect(places.take('alpha')).toBeUndefined();
    expect(places.take('beta')).toBeDefined();
    leave?.();
    expect(places.take('alpha')).toBeDefined();
  });

  test('are not used up by a refused request', () => {
    const places = new ExchangePlaces(1, 1);
    const leave = places.take('alpha');
    for (let asked = 0; asked < 5; asked++) places.take('alpha');
    leave?.();
    expect(places.taken).toBe(0);
  });
});

describe('the log of strangers', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  function attempts(logger: RecordingLogger): unknown[] {
    return logger.named('agency.unknown-certificate').map((line) => [line['certificate'], line['attempts']]);
  }

  test('writes what is unlogged when the attempts stop', () => {
    jest.useFakeTimers();
    const clock = new SetClock(NOON);
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(clock, logger);
    for (let time = 0; time < 5; time++) strangers.note(aCaller({ certificateFingerprint: 'b2' }));
    clock.advance(5_000);
    for (let time = 0; time < 3; time++) strangers.note(aCaller({ certificateFingerprint: 'c3' }));
    clock.advance(5_000);
    jest.advanceTimersByTime(10_000);
    expect(attempts(logger)).toEqual([['b2', 1], ['c3', 1], ['b2', 4]]); // prettier-ignore
    clock.advance(10_000);
    jest.advanceTimersByTime(10_000);
    expect(attempts(logger).slice(3)).toEqual([['c3', 2]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('writes what is unlogged when it is closed', () => {
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(new SetClock(NOON), logger);
    for (let time = 0; time < 5; time++) strangers.note(aCaller({ certificateFingerprint: 'b2' }));
    strangers.close();
    strangers.close();
    expect(attempts(logger)).toEqual([['b2', 1], ['b2', 4]]); // prettier-ignore
  });

  test('is not silenced by a clock that is set back', () => {
    const clock = new SetClock(NOON);
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(clock, logger);
    strangers.note(aCaller({ certificateFingerprint: 'b2' }));
    clock.advance(-60_000);
    strangers.note(aCaller({ certificateFingerprint: 'b2' }));
    expect(attempts(logger)).toHaveLength(2);
  });

  test('counts every attempt and writes one line in ten seconds for each certificate', () => {
    const clock = new SetClock(NOON);
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(clock, logger);
    const meet = (certificateFingerprint: string, times: number): void => {
      for (let time = 0; time < times; time++) strangers.note(aCaller({ certificateFingerprint }));
    };
    meet('b2', 5);
    meet('c3', 1);
    clock.advance(9_999);
    meet('b2', 1);
    clock.advance(1);
    meet('b2', 1);
    expect(strangers.count).toBe(8);
    const lines = logger
      .named('agency.unknown-certificate')
      .map(({ certificate, attempts }) => [certificate, attempts]);
    expect(lines).toEqual([
      ['b2', 1],
      ['c3', 1],
      ['b2', 6],
    ]);
  });

  test('remembers a bounded number of certificates', () => {
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(new SetClock(NOON), logger);
    for (let key = 0; key <= 1_000; key++) strangers.note(aCaller({ certificateFingerprint: String(key) }));
    strangers.note(aCaller({ certificateFingerprint: '0' }));
    expect(logger.lines).toHaveLength(1_002);
  });

  test('forgets no count when it forgets certificates', () => {
    const logger = new RecordingLogger();
    const strangers = new StrangerLog(new SetClock(NOON), logger);
    for (let key = 0; key < 1_000; key++) strangers.note(aCaller({ certificateFingerprint: String(key) }));
    strangers.note(aCaller({ certificateFingerprint: '0' }));
    strangers.note(aCaller({ certificateFingerprint: 'new' }));
    expect(attempts(logger).slice(1_000)).toEqual([['0', 1], ['new', 1]]); // prettier-ignore
  });
});
