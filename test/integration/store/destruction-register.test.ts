import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RegisterChange, RegisterConflictError } from '../../../src/gateway/register-change.ts';
import { type Approval } from '../../../src/privacy/destruction/approval.ts';
import { type DestructionRegister } from '../../../src/privacy/destruction/destruction-register.ts';
import { type DestructionPlan, planHash } from '../../../src/privacy/destruction/plan.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { ENGINES } from '../../support/database-engines.ts';
import { anOperator } from '../../support/people-builder.ts';
import { commit, KEYS, type TemporaryStore, temporaryStore } from './temporary-store.ts';

const RECORD = '0197aaaa-0000-7000-8000-000000000001';
const DAY = '2036-11-30';

const PLAN: DestructionPlan = {
  version: 1,
  id: 'plan-2036-11-30-aaaaaaaa',
  madeAt: '2036-11-30T09:00:00.123Z',
  day: DAY,
  kids: [{ kid: KEYS.kid, parts: 3, rule: 'P10Y', from: '2026-11-01', until: '2026-11-30', dueOn: DAY }],
  holds: [],
};

const OPERATORS = ['çiğdem', 'ışık', 'Ömer'].map((id) => anOperator({ id, publicKey: `key of ${id}` }));

function approval(place: number, at: string): RegisterChange & { kind: 'approve-plan' } {
  const { id = '', publicKey = '' } = OPERATORS[place] ?? {};
  const statement = {
    action: 'destruction.approve',
    at,
    operator: id,
    details: { plan: PLAN.id, not: 'ğüşiöç' },
  };
  const signed: Approval = { operator: id, publicKey, statement, signature: 'c2ln' };
  return { kind: 'approve-plan', planId: PLAN.id, approval: signed };
}

const DESTROY: RegisterChange = {
  kind: 'destroy-kid', kid: KEYS.kid, planId: PLAN.id, day: DAY, record: RECORD, again: false,
}; // prettier-ignore

describe.each(ENGINES)('the destruction register on $name', (engine) => {
  let temporary: TemporaryStore;
  let register: DestructionRegister;

  beforeEach(async () => {
    temporary = await temporaryStore(engine);
    register = await temporary.store.openDestruction();
    await commit(temporary.store.evidence, 3);
    await apply(...OPERATORS.map((operator) => ({ kind: 'add-operator', operator }) as const));
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  async function apply(...changes: readonly RegisterChange[]): Promise<void> {
    await temporary.store.evidence.transact(async (tx) => {
      for (const change of changes) await tx.applyChange(change);
    });
  }

  test('keeps holds in the order in which they were placed, and when they were lifted', async () => {
    const months = {
      id: 'hold-b',
      scope: { fromMonth: '2026-01', toMonth: '2026-03' },
      placedAt: 1,
      record: RECORD,
    };
    const kid = { id: 'hold-a', scope: { kid: KEYS.kid }, placedAt: 2, record: RECORD };
    for (const hold of [kid, months]) await apply({ kind: 'place-hold', hold: { ...hold, liftedAt: null } });
    await apply({ kind: 'lift-hold', holdId: 'hold-b', at: 4_000_000_000_001 });
    expect(await register.holds()).toEqual([
      { ...months, liftedAt: 4_000_000_000_001 },
      { ...kid, liftedAt: null },
    ]);
    await expect(apply({ kind: 'lift-hold', holdId: 'hold-b', at: 5 })).rejects.toThrow(
      RegisterConflictError,
    );
    await apply(
      { kind: 'add-plan', plan: PLAN },
      approval(0, '2036-11-30T10:00:00Z'),
      approval(1, '2036-11-30T10:00:01Z'),
    );
    await expect(apply(DESTROY)).rejects.toThrow(RegisterConflictError);
  });

  test('keeps a plan with its approvals in the order of their time, and what it destroyed', async () => {
    await apply({ kind: 'add-plan', plan: PLAN });
    const [late, early] = [approval(0, '2036-11-30T10:00:01Z'), approval(2, '2036-11-30T10:00:00Z')];
    await apply(early);
    await apply(late);
    await apply(DESTROY);
    const destroyed = { kid: KEYS.kid, planId: PLAN.id, day: DAY, record: RECORD, emptiedAt: null };
    const stored = {
      plan: PLAN,
      hash: planHash(PLAN),
      approvals: [early.approval, late.approval],
      destroyed: [destroyed],
    };
    expect(await register.plan(PLAN.id)).toEqual(stored);
    expect(await register.plans()).toEqual([stored]);
    expect(await register.destroyed()).toEqual([destroyed]);
    expect(await register.plan('none')).toBeUndefined();
  });

  test('destroys nothing on the word of an operator whose authority has ended, but once more after a restore', async () => {
    await apply(
      { kind: 'add-plan', plan: PLAN },
      approval(0, '2036-11-30T10:00:00Z'),
      approval(1, '2036-11-30T10:00:01Z'),
    );
    await apply({ kind: 'end-operator', operatorId: 'ışık', at: 1 });
    await expect(apply(DESTROY)).rejects.toThrow(RegisterConflictError);
    await apply({ ...DESTROY, again: true });
    await expect(apply({ ...DESTROY, again: true })).rejects.toThrow(RegisterConflictError);
  });

  test('deletes the parts of destroyed kids, of every log, here and in what was copied, and may do so twice', async () => {
    await temporary.store.readable.refresh();
    expect(await register.parts()).toEqual(new Map([[KEYS.kid, 3]]));
    await expect(register.deleteParts([KEYS.kid], 7, () => undefined)).rejects.toHaveProperty(
      'message',
      expect.stringContaining('only what is due'),
    );
    await apply(
      { kind: 'add-plan', plan: PLAN },
      approval(0, '2036-11-30T10:00:00Z'),
      approval(1, '2036-11-30T10:00:01Z'),
      DESTROY,
    );
    const told: number[] = [];
    await register.deleteParts([KEYS.kid], 7, (count) => told.push(count));
    await register.deleteParts([KEYS.kid], 8, (count) => told.push(count));
    expect(told).toEqual([3]);
    expect(await register.parts()).toEqual(new Map());
    expect(await register.destroyed()).toMatchObject([{ emptiedAt: 7 }]);
    const reader = temporary.store.openLogReader();
    expect([...reader.indexesWithPart()]).toEqual([]);
    reader.close();
  });

  test('cleans up after itself, and forgets what expired', async () => {
    const { tokens } = temporary.store;
    await tokens.save({
      tokenHash: 'a'.repeat(64),
      officialId: 'o',
      certificateFingerprint: 'b',
      expiresAt: 10,
    });
    const cleaning = await register.clean(10);
    expect(cleaning).toBe(
      { SQLite: 'secure-delete and vacuum', PostgreSQL: 'vacuum' }[engine.name] ?? 'delete',
    );
    const other = await openStore(temporary.address);
    expect(await other.tokens.find('a'.repeat(64))).toBeUndefined();
    await other.close();
  });
});
