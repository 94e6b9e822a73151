import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { StandingView } from '../../../src/gateway/standing-view.ts';
import { FakeEvidenceStore } from '../../support/fake-evidence-store.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { aStanding } from '../../support/standing-builder.ts';

const change = { kind: 'lower-limit', scope: 'agreement:alpha-beta-2024', limit: 1 } as const;

describe('the newest standing that a process knows', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function view(store = new FakeEvidenceStore()): {
    store: FakeEvidenceStore;
    logger: RecordingLogger;
    seen: StandingView;
  } {
    const logger = new RecordingLogger();
    return { store, logger, seen: new StandingView(store, aStanding(), logger) };
  }

  test('follows what another process changed within a second [R002-032]', async () => {
    const { store, seen } = view();
    seen.startPolling();
    store.database.change(change);
    expect(seen.current().version).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(seen.current().loweredLimit('agreement:alpha-beta-2024')).toBe(1);
    seen.stopPolling();
  });

  test('is not read again while its version stays', async () => {
    const { store, seen } = view();
    let readings = 0;
    const read = store.standing.bind(store);
    store.standing = async () => {
      readings += 1;
      return read();
    };
    seen.startPolling();
    await jest.advanceTimersByTimeAsync(5_000);
    store.database.change(change);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(readings).toBe(1);
    seen.stopPolling();
  });

  test('never goes back', () => {
    const { seen } = view();
    seen.replace(aStanding({ version: 5 }));
    seen.replace(aStanding({ version: 4 }));
    expect(seen.current().version).toBe(5);
  });

  test('stays as it is when the store cannot be asked, and follows again afterwards', async () => {
    const { store, seen, logger } = view();
    const ask = store.standingVersion.bind(store);
    store.standingVersion = async () => Promise.reject(new Error('locked'));
    store.database.change(change);
    await seen.refresh();
    expect(seen.current().version).toBe(1);
    expect(logger.named('standing.refresh-failed')).toHaveLength(1);
    store.standingVersion = ask;
    await seen.refresh();
    expect(seen.current().version).toBe(2);
  });

  test('polls once, and not at all after it was stopped', () => {
    const { seen } = view();
    seen.startPolling();
    seen.startPolling();
    expect(jest.getTimerCount()).toBe(1);
    seen.stopPolling();
    seen.stopPolling();
    expect(jest.getTimerCount()).toBe(0);
  });
});
