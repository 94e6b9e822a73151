import { type LogHead } from '../../src/audit/audit-log.ts';
import { decodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { emptyRoot } from '../../src/audit/merkle.ts';
import {
  type CounterKey,
  type CounterMove,
  type EvidenceStore,
  type EvidenceTransaction,
  type IdempotencyRecord,
  type NewLeaf,
  OutcomeUnknownError,
  StoreBusyError,
} from '../../src/gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { type Standing } from '../../src/gateway/standing.ts';
import { type FakeRegisters, withChange } from './fake-registers.ts';
import { aStanding, standingRows } from './standing-builder.ts';

/** Everything that is durable. A commit replaces it as a whole; nothing in it is ever changed. */
interface Content {
  readonly registers: FakeRegisters;
  readonly standing: Standing;
  readonly head: LogHead;
  readonly leaves: readonly NewLeaf[];
  readonly counters: ReadonlyMap<string, number>;
  readonly requests: ReadonlyMap<string, IdempotencyRecord>;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Where a transaction can be made to fail. */
export type FaultPlace = keyof EvidenceTransaction | 'commit';

/** A database that several stores, standing for several processes, have open. One of them writes at a time. */
export class FakeDatabase {
  content: Content;
  writing = false;
  /** Called inside every commit with what the counters were and become, before the commit takes effect. */
  onMove: (move: CounterMove, standing: Standing) => void = () => undefined;

  constructor(registers: Partial<FakeRegisters> = {}) {
    const rows = registers.rows ?? standingRows();
    this.content = {
      registers: { rows, operators: registers.operators ?? [] },
      standing: aStanding(rows),
      head: {
        origin: 'test-gateway/node-1/2026',
        size: 0,
        root: emptyRoot,
        frontier: [],
        lastTime: 0,
        next: null,
      },
      leaves: [],
      counters: new Map(),
      requests: new Map(),
    };
  }

  /** Commits changes of the registers as a command of an operator does from another process. */
  change(...changes: RegisterChange[]): void {
    if (this.writing) throw new StoreBusyError();
    const draft = { ...this.content };
    for (const change of changes) applyTo(draft, change);
    this.content = draft;
  }

  /** Every durable leaf, decoded, in order. */
  get leaves(): Leaf[] {
    return this.content.leaves.map((leaf) => decodeLeaf(leaf.bytes));
  }

  leavesOf(type: Leaf['type']): Leaf[] {
    return this.leaves.filter((leaf) => leaf.type === type);
  }

  used(scope: string, day: string): number {
    return this.content.counters.get(nameOf({ scope, day })) ?? 0;
  }
}

/**
 * One process's connection to a fake database, with the transactions of the real one: what a rejected transaction did
 * is gone, a store that another process holds is busy at once, compare-and-swap is checked.
 */
export class FakeEvidenceStore implements EvidenceStore {
  readonly database: FakeDatabase;
  /** Number of transactions that were begun, busy ones not counted. */
  begun = 0;
  /** Awaited before each call of a transaction takes effect, so that processes interleave. */
  pause: () => Promise<void> | undefined = () => undefined;
  #busy = 0;
  #underWay = false;
  #death: 'before-commit' | 'after-commit' | undefined;
  #dead = false;
  #lost: boolean | undefined;
  #hold: Promise<void> | undefined;
  #reachedHold: () => void = () => undefined;
  readonly #faults = new Map<FaultPlace, Error>();

  constructor(database: FakeDatabase = new FakeDatabase()) {
    this.database = database;
  }

  /** The next transactions find the store locked. */
  busyTimes(times: number): void {
    this.#busy = times;
  }

  /** Every transaction fails at this call until `heal`. */
  failOn(place: FaultPlace, error: Error = new Error('disk full')): void {
    this.#faults.set(place, error);
  }

  heal(): void {
    this.#faults.clear();
  }

  /** The process dies at its next commit, just before or just after it became durable. */
  dieAt(moment: 'before-commit' | 'after-commit'): void {
    this.#death = moment;
  }

  /** The answer to the next commit is lost, which took effect or did not. */
  loseAnswer(tookEffect: boolean): void {
    this.#lost = tookEffect;
  }

  /** Commits wait until `release` is called; `reached` resolves once one does wait. */
  holdCommits(): { readonly reached: Promise<void>; readonly release: () => void } {
    let release: () => void = () => undefined;
    this.#hold = new Promise((resolve) => {
      release = () => {
        this.#hold = undefined;
        resolve();
      };
    });
    const reached = new Promise<void>((resolve) => (this.#reachedHold = resolve));
    return { reached, release };
  }

  get dead(): boolean {
    return this.#dead;
  }

  async transact<T>(work: (transaction: EvidenceTransaction) => Promise<T>): Promise<T> {
    if (this.#underWay) throw new Error('transactions must not overlap');
    if (this.#dead) throw new Error('the process is dead');
    if (this.database.writing || this.#busy > 0) {
      this.#busy = Math.max(0, this.#busy - 1);
      throw new StoreBusyError();
    }
    this.begun += 1;
    this.#underWay = true;
    this.database.writing = true;
    try {
      const draft = { ...this.database.content };
      const result = await work(this.#transaction(draft));
      await this.#commit(draft);
      return result;
    } finally {
      this.#underWay = false;
      this.database.writing = false;
    }
  }

  async standingVersion(): Promise<number> {
    return Promise.resolve(this.database.content.standing.version);
  }

  async standing(): Promise<Standing> {
    return Promise.resolve(this.database.content.standing);
  }

  async findRequest(key: string, now: number): Promise<IdempotencyRecord | undefined> {
    return Promise.resolve(validRequest(this.database.content, key, now));
  }

  async countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]> {
    const all = [...this.database.content.counters].map(([name, used]) => ({ ...keyOf(name), used }));
    return Promise.resolve(all.filter((counter) => counter.day === day));
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  async #commit(draft: Content): Promise<void> {
    if (this.#hold !== undefined) {
      this.#reachedHold();
      await this.#hold;
    }
    await this.#reach('commit');
    if (draft.leaves.length !== draft.head.size) throw new Error('leaves and head do not fit together');
    this.#dead = this.#death !== undefined;
    const lost = this.#lost;
    this.#lost = undefined;
    if (this.#death !== 'before-commit' && lost !== false) this.database.content = draft;
    if (lost !== undefined) throw new OutcomeUnknownError('the answer is lost');
    if (this.#dead) throw new Error('the process is dead');
  }

  async #reach(place: FaultPlace): Promise<void> {
    await this.pause();
    const fault = this.#faults.get(place);
    if (fault !== undefined) throw fault;
  }

  #transaction(draft: Writable<Content>): EvidenceTransaction {
    const at = async <T>(place: FaultPlace, call: () => T): Promise<T> => {
      await this.#reach(place);
      return call();
    };
    return {
      standingVersion: async () => at('standingVersion', () => draft.standing.version),
      standing: async () => at('standing', () => draft.standing),
      operators: async () => at('operators', () => draft.registers.operators),
      head: async () => at('head', () => draft.head),
      leavesOf: async (queryIds) =>
        at('leavesOf', () =>
          draft.leaves.filter(({ queryId }) => queryIds.includes(queryId)).map(({ bytes }) => bytes),
        ),
      counters: async (keys) => at('counters', () => keys.map((key) => draft.counters.get(nameOf(key)) ?? 0)),
      moveCounters: async (moves) =>
        at('moveCounters', () => {
          for (const move of moves) this.database.onMove(move, draft.standing);
          draft.counters = moved(draft.counters, moves);
        }),
      idempotency: async (keys, now) => at('idempotency', () => validRequests(draft, keys, now)),
      rememberRequests: async (records) =>
        at('rememberRequests', () => {
          draft.requests = new Map([...draft.requests, ...records.map((one) => [one.key, one] as const)]);
        }),
      appendLeaves: async (leaves) =>
        at('appendLeaves', () => {
          draft.leaves = appended(draft.leaves, leaves);
        }),
      moveHead: async (from, to) =>
        at('moveHead', () => {
          if (draft.head.size !== from.size || !draft.head.root.equals(from.root)) throw new StoreBusyError();
          draft.head = to;
        }),
      openNextLog: async () =>
        at('openNextLog', () => {
          const { next: origin } = draft.head;
          if (origin === null) throw new Error('a log that takes records has no next one');
          draft.leaves = [];
          draft.head = { origin, size: 0, root: emptyRoot, frontier: [], lastTime: 0, next: null };
          return draft.head;
        }),
      applyChange: async (change) =>
        at('applyChange', () => {
          applyTo(draft, change);
        }),
    };
  }
}

function applyTo(draft: Writable<Content>, change: RegisterChange): void {
  draft.registers = withChange(draft.registers, change);
  draft.standing = aStanding(draft.registers.rows);
}

function moved(counters: Content['counters'], moves: readonly CounterMove[]): Content['counters'] {
  const next = new Map(counters);
  for (const move of moves) {
    if ((next.get(nameOf(move)) ?? 0) !== move.from) throw new StoreBusyError();
    next.set(nameOf(move), move.to);
  }
  return next;
}

function appended(known: readonly NewLeaf[], leaves: readonly NewLeaf[]): readonly NewLeaf[] {
  const ids = new Set(known.map((leaf) => leaf.queryId));
  leaves.forEach((leaf, place) => {
    if (leaf.index !== known.length + place) throw new Error('a leaf stands at another index than the head');
    if (ids.has(leaf.queryId)) throw new Error('two leaves with one query id');
    ids.add(leaf.queryId);
  });
  return [...known, ...leaves];
}

function validRequests(
  content: Content,
  keys: readonly string[],
  now: number,
): Map<string, IdempotencyRecord> {
  const found = keys.map((key) => validRequest(content, key, now)).filter((record) => record !== undefined);
  return new Map(found.map((record) => [record.key, record]));
}

function validRequest({ requests }: Content, key: string, now: number): IdempotencyRecord | undefined {
  const record = requests.get(key);
  return record !== undefined && record.expiresAt > now ? record : undefined;
}

function nameOf({ scope, day }: CounterKey): string {
  return `${day} ${scope}`;
}

function keyOf(name: string): CounterKey {
  return { day: name.slice(0, 10), scope: name.slice(11) };
}
