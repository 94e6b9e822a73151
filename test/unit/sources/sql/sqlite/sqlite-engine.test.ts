import { describe, expect, jest, test } from '@jest/globals';
import { type EngineState } from '../../../../../src/sources/sql/sql-engine.ts';
import {
  type ReaderReply,
  type ReaderRequest,
} from '../../../../../src/sources/sql/sqlite/reader-message.ts';
import { type StartReader } from '../../../../../src/sources/sql/sqlite/reader-process.ts';
import { type ReaderLoss, SqliteEngine } from '../../../../../src/sources/sql/sqlite/sqlite-engine.ts';

const OPEN: EngineState = { reachable: true, queries: [{ usable: true, columns: ['ad'] }] };

interface FakeReader {
  readonly requests: ReaderRequest[];
  readonly reply: (reply: ReaderReply) => void;
  readonly end: () => void;
  killed: boolean;
}

/** Readers that do only what a test tells them to. */
function fakeReaders(): { readers: FakeReader[]; startReader: StartReader } {
  const readers: FakeReader[] = [];
  const startReader: StartReader = (onReply) => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const reader: FakeReader = { requests: [], reply: onReply, end, killed: false };
    readers.push(reader);
    return {
      send: (request) => reader.requests.push(request),
      kill: () => {
        reader.killed = true;
        end();
      },
      ended,
    };
  };
  return { readers, startReader };
}

function engineWith(startReader: StartReader): { engine: SqliteEngine; losses: ReaderLoss[] } {
  const losses: ReaderLoss[] = [];
  const engine = new SqliteEngine({
    file: 'register.db',
    queries: [{ sql: 'SELECT ad FROM t WHERE tckn = ?', parameters: ['tckn'] }],
    timeoutMilliseconds: 1000,
    onReaderLost: (loss) => losses.push(loss),
    startReader,
  });
  return { engine, losses };
}

/** An engine whose first reader has opened the file. Only timers are faked, so promises and setImmediate run. */
async function openedEngine() {
  const fake = fakeReaders();
  const made = engineWith(fake.startReader);
  const started = made.engine.start();
  reader(fake.readers, 0).reply({ kind: 'opened', state: OPEN });
  await started;
  return { ...fake, ...made };
}

function reader(readers: FakeReader[], place: number): FakeReader {
  const found = readers[place];
  if (found === undefined) throw new Error(`reader ${String(place)} was not started`);
  return found;
}

function callsOf(request: ReaderRequest | undefined): string[] {
  return request?.kind === 'read' ? request.calls.flatMap(([, values]) => values) : [];
}

async function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function outcome(read: Promise<unknown>): Promise<unknown> {
  return read.then(
    () => 'rows',
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('SqliteEngine', () => {
  test('reads of one turn travel in one message and are answered in order', async () => {
    const { engine, readers } = await openedEngine();
    const reads = [engine.read(0, ['a']), engine.read(0, ['b'])];
    await nextTurn();
    expect(callsOf(reader(readers, 0).requests[1])).toEqual(['a', 'b']);
    reader(readers, 0).reply({ kind: 'answers', answers: [[['A']], []] });
    expect(await Promise.all(reads)).toEqual([
      { columns: ['ad'], rows: [['A']] },
      { columns: ['ad'], rows: [] },
    ]);
    await engine.close();
  });

  test('reads that come while a batch is under way travel together after it', async () => {
    const { engine, readers } = await openedEngine();
    const first = engine.read(0, ['a']);
    await nextTurn();
    const later = [engine.read(0, ['b']), engine.read(0, ['c'])];
    await nextTurn();
    expect(reader(readers, 0).requests).toHaveLength(2);
    reader(readers, 0).reply({ kind: 'answers', answers: [[]] });
    await first;
    expect(callsOf(reader(readers, 0).requests[2])).toEqual(['b', 'c']);
    reader(readers, 0).reply({ kind: 'answers', answers: [[]] });
    reader(readers, 0).reply({ kind: 'answers', answers: [[]] });
    expect(await Promise.all(later)).toHaveLength(2);
    await engine.close();
  });

  test('rows bear the columns of the newest state', async () => {
    const { engine, readers } = await openedEngine();
    const read = engine.read(0, ['a']);
    await nextTurn();
    const state: EngineState = { reachable: true, queries: [{ usable: true, columns: ['soyad'] }] };
    reader(readers, 0).reply({ kind: 'opened', state });
    reader(readers, 0).reply({ kind: 'answers', answers: [[['A']]] });
    expect(await read).toEqual({ columns: ['soyad'], rows: [['A']] });
    expect(engine.state()).toBe(state);
    await engine.close();
  });

  test.each([
    ['ROW_TOO_LARGE', 'SOURCE_ANSWER_INVALID'],
    ['SQLITE_BUSY', 'SOURCE_UNAVAILABLE'],
    ['SQLITE_CORRUPT', 'SOURCE_UNAVAILABLE'],
  ])('a reader that answers %s makes %s', async (answer, code) => {
    const { engine, readers } = await openedEngine();
    const read = engine.read(0, ['a']);
    await nextTurn();
    reader(readers, 0).reply({ kind: 'answers', answers: [answer] });
    await expect(read).rejects.toMatchObject({ code, cause: answer });
    await engine.close();
  });

  test('a statement that outlives the time limit costs the reader its life; what had not begun is read by the next', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { engine, readers, losses } = await openedEngine();
      const stuck = engine.read(0, ['stuck']);
      await nextTurn();
      jest.advanceTimersByTime(600);
      const waiting = engine.read(0, ['waiting']);
      const stuckOutcome = outcome(stuck);
      jest.advanceTimersByTime(400);
      expect(await stuckOutcome).toBe('SOURCE_UNAVAILABLE');
      expect(reader(readers, 0).killed).toBe(true);
      expect(losses).toEqual(['time-limit']);
      reader(readers, 1).reply({ kind: 'opened', state: OPEN });
      expect(callsOf(reader(readers, 1).requests[1])).toEqual(['waiting']);
      reader(readers, 1).reply({ kind: 'answers', answers: [[['W']]] });
      expect(await waiting).toMatchObject({ rows: [['W']] });
      await engine.close();
    } finally {
      jest.useRealTimers();
    }
  });

  test('a long batch that makes progress keeps its reader; a read past its own limit is given up', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { engine, readers, losses } = await openedEngine();
      const reads = [engine.read(0, ['a']), engine.read(0, ['b'])].map(outcome);
      await nextTurn();
      jest.advanceTimersByTime(700);
      reader(readers, 0).reply({ kind: 'answers', answers: [[]] });
      jest.advanceTimersByTime(700);
      expect(await Promise.all(reads)).toEqual(['rows', 'SOURCE_UNAVAILABLE']);
      expect(losses).toEqual([]);
      reader(readers, 0).reply({ kind: 'answers', answers: [[]] });
      await engine.close();
    } finally {
      jest.useRealTimers();
    }
  });

  test('a reader that ends by itself rejects what it had begun, and the next read starts another', async () => {
    const { engine, readers, losses } = await openedEngine();
    const lost = outcome(engine.read(0, ['a']));
    await nextTurn();
    reader(readers, 0).end();
    expect(await lost).toBe('SOURCE_UNAVAILABLE');
    expect(losses).toEqual(['ended']);
    const read = engine.read(0, ['b']);
    await nextTurn();
    reader(readers, 1).reply({ kind: 'opened', state: OPEN });
    reader(readers, 1).reply({ kind: 'answers', answers: [[]] });
    expect(await read).toMatchObject({ rows: [] });
    await engine.close();
  });

  test('a reader that cannot start is not tried again for a second', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { readers, startReader } = fakeReaders();
      const { engine, losses } = engineWith(startReader);
      const started = engine.start();
      reader(readers, 0).end();
      expect(await started).toEqual({ reachable: false, reason: 'NOT_STARTED' });
      expect(losses).toEqual(['not-started']);
      await expect(engine.read(0, ['a'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(readers).toHaveLength(1);
      jest.advanceTimersByTime(1000);
      const read = outcome(engine.read(0, ['b']));
      await nextTurn();
      expect(readers).toHaveLength(2);
      await engine.close();
      expect(await read).toBe('SOURCE_UNAVAILABLE');
    } finally {
      jest.useRealTimers();
    }
  });

  test('refuses one more than 1024 reads under way', async () => {
    const { engine } = await openedEngine();
    const reads = Array.from({ length: 1025 }, async (_, place) => outcome(engine.read(0, [String(place)])));
    expect(await reads[1024]).toBe('SOURCE_UNAVAILABLE');
    await engine.close();
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['SOURCE_UNAVAILABLE']));
  });

  test('closing ends the reader and rejects what waits and what comes', async () => {
    const { engine, readers } = await openedEngine();
    const read = outcome(engine.read(0, ['a']));
    await engine.close();
    expect(reader(readers, 0).killed).toBe(true);
    expect(await read).toBe('SOURCE_UNAVAILABLE');
    expect(await outcome(engine.read(0, ['b']))).toBe('SOURCE_UNAVAILABLE');
    expect(readers).toHaveLength(1);
  });
});
