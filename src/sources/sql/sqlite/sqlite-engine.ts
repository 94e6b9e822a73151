import { GatewayError } from '../../../shared/problem.ts';
import { type CompiledQuery, type EngineState, type RowSet, type SqlEngine } from '../sql-engine.ts';
import { PendingRead } from './pending-read.ts';
import { type ReaderReply } from './reader-message.ts';
import { type ReaderProcess, startReaderProcess, type StartReader } from './reader-process.ts';
import { type ReadAnswer } from './sqlite-file.ts';

/** Reads asked for and not yet answered; one more is refused at once. */
const MAX_READS = 1024;
/** What waits in the reader travels in batches, so that many at once cost less than few. */
const CONCURRENCY = 1000;
/** A new process has this long to open the file. */
const START_MILLISECONDS = 10_000;
/** After a reader that could not even start, none is tried for so long. */
const REST_MILLISECONDS = 1000;

/** Why a reader was lost: no progress within the time limit, its own end, or no start at all. */
export type ReaderLoss = 'time-limit' | 'ended' | 'not-started';

export interface SqliteEngineParts {
  readonly file: string;
  readonly queries: readonly CompiledQuery[];
  readonly timeoutMilliseconds: number;
  readonly onReaderLost: (loss: ReaderLoss) => void;
  readonly startReader?: StartReader;
}

/**
 * A SQLite file behind a reader process. Reads that come while the reader is at work travel together in the next
 * batch. A statement that outlives the time limit costs the reader its life: the batch under way is rejected, reads
 * that had not begun go to the next reader and keep their own time limit.
 */
export class SqliteEngine implements SqlEngine {
  readonly concurrency = CONCURRENCY;
  readonly #parts: SqliteEngineParts;
  readonly #startReader: StartReader;
  #state: EngineState = { reachable: false, reason: 'NOT_STARTED' };
  #columns: readonly (readonly string[])[] = [];
  #reader: ReaderProcess | undefined;
  #opened = false;
  #resting = false;
  #closed = false;
  #flushPlanned = false;
  /** Not yet sent. */
  #waiting: PendingRead[] = [];
  /** Sent and not yet answered, in order. */
  #batch: PendingRead[] = [];
  #watch: NodeJS.Timeout | undefined;
  #endings: Promise<unknown> = Promise.resolve();
  #started: ((state: EngineState) => void)[] = [];

  constructor(parts: SqliteEngineParts) {
    this.#parts = parts;
    this.#startReader = parts.startReader ?? startReaderProcess;
  }

  async start(): Promise<EngineState> {
    if (this.#opened) return this.#state;
    return new Promise((resolve) => {
      this.#started.push(resolve);
      this.#startIfNone();
    });
  }

  state(): EngineState {
    return this.#state;
  }

  async read(query: number, values: readonly string[]): Promise<RowSet> {
    if (this.#closed || this.#resting) throw unavailable('the reader is not running');
    if (this.#waiting.length + this.#batch.length >= MAX_READS) throw unavailable('too many reads under way');
    return new Promise((resolve, reject) => {
      const read = new PendingRead(query, values, { resolve, reject });
      read.expireAfter(this.#parts.timeoutMilliseconds);
      this.#waiting.push(read);
      this.#planFlush();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectAll([...this.#batch, ...this.#waiting], 'the source is closed');
    this.#waiting = [];
    this.#dropReader();
    this.#reportStart({ reachable: false, reason: 'CLOSED' });
    await this.#endings;
  }

  /** What is asked in one turn of the event loop leaves together at its end. */
  #planFlush(): void {
    if (this.#flushPlanned || this.#batch.length > 0) return;
    this.#flushPlanned = true;
    setImmediate(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    this.#waiting = this.#waiting.filter((read) => !read.settled);
    if (this.#batch.length > 0 || this.#waiting.length === 0) return;
    this.#startIfNone();
    if (this.#reader === undefined || !this.#opened) return;
    this.#batch = this.#waiting;
    this.#waiting = [];
    this.#watchFor('time-limit', this.#parts.timeoutMilliseconds);
    this.#reader.send({ kind: 'read', calls: this.#batch.map((read) => [read.query, read.values]) });
  }

  #startIfNone(): void {
    if (this.#reader !== undefined || this.#closed || this.#resting) return;
    this.#opened = false;
    const reader = this.#startReader((reply) => {
      if (reader === this.#reader) this.#take(reply);
    });
    this.#reader = reader;
    const ended = reader.ended.then(() => {
      if (reader === this.#reader) this.#lose(this.#opened ? 'ended' : 'not-started');
    });
    this.#endings = Promise.all([this.#endings, ended]);
    this.#watchFor('not-started', START_MILLISECONDS);
    reader.send({
      kind: 'open',
      file: this.#parts.file,
      queries: this.#parts.queries,
      // Waiting for a lock leaves time for an answer within the time limit.
      busyMilliseconds: Math.floor(this.#parts.timeoutMilliseconds / 2),
    });
  }

  #take(reply: ReaderReply): void {
    if (reply.kind === 'opened') this.#takeState(reply.state);
    else this.#takeAnswers(reply.answers);
  }

  #takeState(state: EngineState): void {
    this.#state = state;
    this.#columns = state.reachable
      ? state.queries.map((query) => (query.usable ? [...query.columns] : []))
      : [];
    if (!this.#opened) clearTimeout(this.#watch);
    this.#opened = true;
    this.#reportStart(state);
    this.#flush();
  }

  #takeAnswers(answers: readonly ReadAnswer[]): void {
    const answered = this.#batch.splice(0, answers.length);
    for (const [place, read] of answered.entries()) this.#settle(read, answers[place] ?? 'NO_ANSWER');
    if (this.#batch.length > 0) {
      this.#watch?.refresh();
    } else {
      clearTimeout(this.#watch);
      this.#flush();
    }
  }

  #settle(read: PendingRead, answer: ReadAnswer): void {
    if (typeof answer !== 'string') read.resolve({ columns: this.#columns[read.query] ?? [], rows: answer });
    else if (answer === 'ROW_TOO_LARGE')
      read.reject(new GatewayError('SOURCE_ANSWER_INVALID', { cause: answer }));
    else read.reject(unavailable(answer));
  }

  #watchFor(loss: ReaderLoss, milliseconds: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#lose(loss);
    }, milliseconds);
  }

  #lose(loss: ReaderLoss): void {
    this.#rejectAll(this.#batch, loss);
    this.#dropReader();
    this.#parts.onReaderLost(loss);
    if (loss === 'not-started') this.#rest();
    else this.#flush();
  }

  #dropReader(): void {
    clearTimeout(this.#watch);
    this.#batch = [];
    this.#reader?.kill();
    this.#reader = undefined;
  }

  #rest(): void {
    this.#resting = true;
    this.#state = { reachable: false, reason: 'NOT_STARTED' };
    this.#rejectAll(this.#waiting, 'not-started');
    this.#waiting = [];
    this.#reportStart(this.#state);
    setTimeout(() => {
      this.#resting = false;
    }, REST_MILLISECONDS).unref();
  }

  #rejectAll(reads: readonly PendingRead[], reason: string): void {
    for (const read of reads) read.reject(unavailable(reason));
  }

  #reportStart(state: EngineState): void {
    for (const resolve of this.#started) resolve(state);
    this.#started = [];
  }
}

function unavailable(cause: string): GatewayError {
  return new GatewayError('SOURCE_UNAVAILABLE', { cause });
}
