import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type StoredStamp } from '../../../src/audit/audit-log.ts';
import { type CheckpointBook } from '../../../src/audit/checkpoint-book.ts';
import { type SavedStamp } from '../../../src/audit/time-stamp/saved-stamp.ts';
import { logKeyFile } from '../../../src/store/log-key.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { type Store } from '../../../src/store/store.ts';
import { ENGINES, TEST_LOG_KEY } from '../../support/database-engines.ts';
import { SetClock } from '../../support/set-clock.ts';
import {
  commit,
  ORIGIN,
  type TemporaryFolder,
  temporaryFolder,
  type TemporaryStore,
  temporaryStore,
} from './temporary-store.ts';

const clock = new SetClock(1_800_000_000_123);

describe.each(ENGINES)('the book of a log on $name', (engine) => {
  let folder: TemporaryFolder;
  let temporary: TemporaryStore;
  let book: CheckpointBook;

  async function open(store: Store): Promise<CheckpointBook> {
    const keyFolder = join(folder.path, 'keys');
    mkdirSync(keyFolder, { recursive: true, mode: 0o700 });
    writeFileSync(logKeyFile(keyFolder, ORIGIN), TEST_LOG_KEY.toString('hex'), { mode: 0o600 });
    const evidenceFolder = join(folder.path, 'evidence');
    return store.openBook({ origin: ORIGIN, keyFolder, evidenceFolder, clock, pauseMilliseconds: 0 });
  }

  beforeEach(async () => {
    folder = await temporaryFolder();
    temporary = await temporaryStore(engine);
    book = await open(temporary.store);
  });

  afterEach(async () => {
    book.close();
    await temporary[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  function stamp(size: number, note: string, change: Partial<SavedStamp> = {}): SavedStamp {
    const about = { authority: 'Türk TSA', policy: '1.2', leafId: 'leaf' };
    return { size, note, response: Buffer.from([0, 1, 255]), at: 5, genTime: 4, ...about, ...change };
  }

  function read<T>(look: (reader: ReturnType<Store['openLogReader']>) => T): T {
    const reader = temporary.store.openLogReader();
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  }

  test('signs nothing of an empty log', async () => {
    await expect(book.publish()).rejects.toMatchObject({ code: 'LOG_EMPTY' });
    expect(book.newest()).toBeUndefined();
  });

  test('signs each root once, the newest one and that of an earlier commit, and no other', async () => {
    for (const count of [2, 3]) await commit(temporary.store.evidence, count);
    const newest = await book.publish();
    expect(newest).toMatchObject({ size: 5, at: clock.now() });
    expect(await book.publish()).toEqual(newest);
    expect(await book.covering(4)).toEqual(newest);
    const earlier = await book.at(2);
    expect(earlier.size).toBe(2);
    await expect(book.at(3)).rejects.toMatchObject({ code: 'NOT_A_COMMIT' });
    expect(read((reader) => [...reader.checkpoints()])).toEqual([earlier, newest]);
    expect(book.newest()).toEqual(newest);
  });

  test('keeps what comes late under smaller sizes, each once, the first one', async () => {
    for (const count of [1, 1]) await commit(temporary.store.evidence, count);
    const newest = await book.publish();
    const earlier = await book.at(1);
    await book.cosigned(2, 'b.test', 'line b\n');
    await book.stamped(stamp(2, newest.note));
    for (const line of ['line a\n', 'another\n']) await book.cosigned(1, 'a.test', line);
    for (const at of [7, 8]) await book.stamped(stamp(1, earlier.note, { at, leafId: 'late' }));
    expect(read((reader) => [...reader.cosignatures()])).toEqual([
      { size: 1, name: 'a.test', line: 'line a\n', at: clock.now() },
      { size: 2, name: 'b.test', line: 'line b\n', at: clock.now() },
    ]);
    const { response } = stamp(1, '');
    const stamps: StoredStamp[] = [
      { size: 1, response, at: 7 },
      { size: 2, response, at: 5 },
    ];
    expect(read((reader) => [...reader.stamps()])).toEqual(stamps);
    expect(read((reader) => reader.newestStamp())).toEqual(stamp(2, newest.note));
  });

  test('is kept by two processes at once', async () => {
    await commit(temporary.store.evidence, 1);
    const other = await openStore(temporary.address);
    const second = await open(other);
    const [one, two] = await Promise.all([book.publish(), second.publish()]);
    expect(one.note).toBe(two.note);
    await Promise.all([book.cosigned(1, 'a.test', 'one'), second.cosigned(1, 'a.test', 'two')]);
    expect(read((reader) => [...reader.cosignatures()])).toHaveLength(1);
    second.close();
    await other.close();
  });
});
