import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type EvidenceStore,
  type EvidenceTransaction,
  type IdempotencyRecord,
  StoreBusyError,
} from '../../../src/gateway/commit/evidence-store.ts';
import { type RegisterChange, RegisterConflictError } from '../../../src/gateway/register-change.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { ENGINES, tellEnginesNotThere, type TestedEngine } from '../../support/database-engines.ts';
import { FakeEvidenceStore } from '../../support/fake-evidence-store.ts';
import { anAgency, anOperator } from '../../support/people-builder.ts';
import {
  append,
  commit,
  grow,
  personalPart,
  type TemporaryStore,
  temporaryStore,
} from './temporary-store.ts';

const DAY = '2026-11-22';
const AGREEMENT = { scope: 'agreement:a', day: DAY };
const OFFICIAL = { scope: 'official:a/1', day: DAY };

const ADD_AGENCY: RegisterChange = { kind: 'add-agency', agency: anAgency({ id: 'delta' }) };

function request(change: Partial<IdempotencyRecord> = {}): IdempotencyRecord {
  return { key: 'k1', requestHash: 'h1', queryId: 'q1', expiresAt: 1000, ...change };
}

/** Everything a transaction can change, each change in turn. */
const WRITES: readonly [string, (transaction: EvidenceTransaction) => Promise<unknown>][] = [
  ['moving a counter', async (tx) => tx.moveCounters([{ ...AGREEMENT, from: 0, to: 1 }])],
  ['remembering a request', async (tx) => tx.rememberRequests([request()])],
  ['changing a register', async (tx) => tx.applyChange(ADD_AGENCY)],
  ['appending a leaf', async (tx) => append(tx, [personalPart()])],
];

async function everythingOf(store: EvidenceStore): Promise<unknown> {
  return {
    head: await store.transact(async (tx) => tx.head()),
    counters: await store.countersOn(DAY),
    request: await store.findRequest('k1', 0),
    version: await store.standingVersion(),
  };
}

const KINDS: readonly [string, () => Promise<EvidenceStore & AsyncDisposable>][] = [
  ...ENGINES.map((engine): (typeof KINDS)[number] => [engine.name, async () => storeOn(engine)]),
  [
    'the fake',
    async () => Promise.resolve(disposable(new FakeEvidenceStore(), async () => Promise.resolve())),
  ],
];

async function storeOn(engine: TestedEngine): Promise<EvidenceStore & AsyncDisposable> {
  const temporary = await temporaryStore(engine);
  return disposable(temporary.store.evidence, async () => temporary[Symbol.asyncDispose]());
}

function disposable(store: EvidenceStore, dispose: () => Promise<void>): EvidenceStore & AsyncDisposable {
  return Object.assign(store, { [Symbol.asyncDispose]: dispose });
}

tellEnginesNotThere();

describe.each(KINDS)('%s', (_, make) => {
  let store: EvidenceStore & AsyncDisposable;

  beforeEach(async () => {
    store = await make();
  });

  afterEach(async () => {
    await store[Symbol.asyncDispose]();
  });

  test('keeps everything that a transaction wrote', async () => {
    const head = await store.transact(async (tx) => {
      await tx.moveCounters([{ ...AGREEMENT, from: 0, to: 2 }]);
      await tx.rememberRequests([request()]);
      return append(tx, [personalPart(), personalPart()]);
    });
    expect(await everythingOf(store)).toMatchObject({
      head,
      counters: [{ ...AGREEMENT, used: 2 }],
      request: request(),
    });
  });

  test('shows each call of a transaction what earlier calls wrote', async () => {
    await store.transact(async (tx) => {
      const head = await append(tx, [personalPart()]);
      await tx.moveCounters([{ ...AGREEMENT, from: 0, to: 1 }]);
      await tx.applyChange(ADD_AGENCY);
      expect(await tx.head()).toEqual(head);
      expect(await tx.counters([OFFICIAL, AGREEMENT])).toEqual([0, 1]);
      expect((await tx.standing()).identities.agency('delta')).toBeDefined();
    });
  });

  test.each(WRITES)('leaves nothing behind when the work fails after %s', async (__, write) => {
    const before = await everythingOf(store);
    const failing = store.transact(async (tx) => {
      await write(tx);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await everythingOf(store)).toEqual(before);
  });

  test('moves several counters together or not at all', async () => {
    const moving = store.transact(async (tx) =>
      tx.moveCounters([
        { ...AGREEMENT, from: 0, to: 1 },
        { ...OFFICIAL, from: 7, to: 8 },
      ]),
    );
    await expect(moving).rejects.toBeInstanceOf(StoreBusyError);
    expect(await store.countersOn(DAY)).toEqual([]);
  });

  test('moves a counter again from where it stands', async () => {
    for (const from of [0, 1, 2]) {
      await store.transact(async (tx) => tx.moveCounters([{ ...AGREEMENT, from, to: from + 1 }]));
    }
    expect(await store.countersOn(DAY)).toEqual([{ ...AGREEMENT, used: 3 }]);
    expect(await store.countersOn('2026-11-23')).toEqual([]);
  });

  test('refuses to move a head that is not the current one', async () => {
    const stale = await store.transact(async (tx) => tx.head());
    await commit(store, 1);
    const moving = store.transact(async (tx) => {
      const { leaves, head } = grow(await tx.head(), [personalPart()]);
      await tx.appendLeaves(leaves);
      await tx.moveHead(stale, head);
    });
    await expect(moving).rejects.toBeInstanceOf(StoreBusyError);
    expect((await store.transact(async (tx) => tx.head())).size).toBe(1);
  });

  test('refuses a leaf at any index but the next', async () => {
    const skipping = store.transact(async (tx) => {
      const { leaves } = grow({ ...(await tx.head()), size: 1 }, [personalPart()]);
      await tx.appendLeaves(leaves);
    });
    await expect(skipping).rejects.toHaveProperty('message');
    expect((await commit(store, 1)).size).toBe(1);
  });

  test('refuses a second leaf of one query', async () => {
    const part = personalPart();
    await expect(store.transact(async (tx) => append(tx, [part, part]))).rejects.toHaveProperty('message');
    expect((await commit(store, 1)).size).toBe(1);
  });

  test('refuses a head that does not count its leaves', async () => {
    const moving = store.transact(async (tx) => {
      const head = await tx.head();
      await tx.moveHead(head, grow(head, [personalPart()]).head);
    });
    await expect(moving).rejects.toHaveProperty('message');
  });

  test('finds a request until it expires, and takes its key again afterwards', async () => {
    await store.transact(async (tx) => tx.rememberRequests([request()]));
    expect(await store.findRequest('k1', 999)).toEqual(request());
    expect(await store.findRequest('k1', 1000)).toBeUndefined();
    await store.transact(async (tx) => {
      expect(await tx.idempotency(['k1', 'k2'], 999)).toEqual(new Map([['k1', request()]]));
      expect(await tx.idempotency(['k1'], 1000)).toEqual(new Map());
      await tx.rememberRequests([request({ requestHash: 'h2', expiresAt: 2000 })]);
    });
    expect(await store.findRequest('k1', 1000)).toEqual(request({ requestHash: 'h2', expiresAt: 2000 }));
  });

  test('raises the version with every change of a register', async () => {
    const before = await store.standingVersion();
    await store.transact(async (tx) => tx.applyChange(ADD_AGENCY));
    expect(await store.standingVersion()).toBeGreaterThan(before);
    expect((await store.standing()).version).toBe(await store.standingVersion());
    expect((await store.standing()).identities.agency('delta')).toEqual(anAgency({ id: 'delta' }));
  });

  test('refuses a change that hits nothing, with everything else of its transaction', async () => {
    const before = await everythingOf(store);
    const acting = store.transact(async (tx) => {
      await append(tx, [personalPart()]);
      await tx.applyChange({ kind: 'add-operator', operator: anOperator({ id: 'new' }) });
      await tx.applyChange({ kind: 'end-operator', operatorId: 'nobody', at: 1 });
    });
    await expect(acting).rejects.toBeInstanceOf(RegisterConflictError);
    expect(await everythingOf(store)).toEqual(before);
  });

  test('refuses transactions that overlap', async () => {
    let inner: Promise<unknown> = Promise.resolve();
    await store.transact(async (tx) => {
      inner = store.transact(async (other) => other.head());
      await expect(inner).rejects.toThrow('overlap');
      await tx.head();
    });
    expect((await commit(store, 1)).size).toBe(1);
  });
});

describe.each(ENGINES)('$name', (engine) => {
  let temporary: TemporaryStore;

  beforeEach(async () => {
    temporary = await temporaryStore(engine);
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test('keeps what was committed across a restart', async () => {
    const head = await commit(temporary.store.evidence, 3);
    await temporary.store.close();
    const again = await openStore(temporary.address);
    expect(await again.evidence.transact(async (tx) => tx.head())).toEqual(head);
    await again.close();
  });

  test('sees at its next transaction what another process committed', async () => {
    const other = await openStore(temporary.address);
    await commit(temporary.store.evidence, 1);
    await other.evidence.transact(async (tx) => {
      await append(tx, [personalPart()]);
      await tx.applyChange(ADD_AGENCY);
    });
    await other.close();
    expect(await temporary.store.evidence.standingVersion()).toBe(2);
    expect((await commit(temporary.store.evidence, 1)).size).toBe(3);
  });

  test('rolls back even when the work swallows the failure of a call', async () => {
    const { evidence } = temporary.store;
    const careless = evidence.transact(async (tx) => {
      await tx
        .moveCounters([
          { ...AGREEMENT, from: 0, to: 1 },
          { ...OFFICIAL, from: 7, to: 8 },
        ])
        .catch(() => undefined);
      await append(tx, [personalPart()]);
    });
    await expect(careless).rejects.toBeInstanceOf(StoreBusyError);
    expect(await evidence.countersOn(DAY)).toEqual([]);
    expect((await evidence.transact(async (tx) => tx.head())).size).toBe(0);
  });

  test('refuses calls of a transaction that has ended', async () => {
    const { evidence } = temporary.store;
    const leaked = await evidence.transact(async (tx) => Promise.resolve({ tx }));
    await expect(leaked.tx.moveCounters([{ ...AGREEMENT, from: 0, to: 1 }])).rejects.toThrow('ended');
    expect(await evidence.countersOn(DAY)).toEqual([]);
  });
});
