import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openPersonal } from '../../../src/audit/open-personal.ts';
import { type ActStatement, type SignedAct } from '../../../src/gateway/administration.ts';
import { performAct } from '../../../src/gateway/perform-act.ts';
import { type RegisterChange } from '../../../src/gateway/register-change.ts';
import { type OperatorKey, signBytes } from '../../../src/identity/operator-key.ts';
import { type Operator } from '../../../src/identity/operator.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { FakeDatabase, FakeEvidenceStore, type FaultPlace } from '../../support/fake-evidence-store.ts';
import { FakeKeyVault } from '../../support/fake-key-vault.ts';
import { anOperator, NOON } from '../../support/people-builder.ts';
import { refusalOf } from '../../support/refusal.ts';
import { SetClock } from '../../support/set-clock.ts';

const SCOPE = 'agreement:alpha-beta-2024';
const lowering: RegisterChange = { kind: 'lower-limit', scope: SCOPE, limit: 5 };
const vault = new FakeKeyVault();
const key = newKey();
const operator = anOperator({ publicKey: key.publicKey });

function newKey(): OperatorKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function signed(overrides: Partial<ActStatement> = {}, by = key): SignedAct {
  const statement: ActStatement = {
    action: 'quota.set',
    at: '2026-03-02T09:00:00.000Z',
    operator: 'operator-1',
    details: { scope: SCOPE, limit: 5 },
    ...overrides,
  };
  return { statement, signature: signBytes(Buffer.from(canonicalJson(statement)), by) };
}

function aStore(operators: readonly Operator[] = [operator]): FakeEvidenceStore {
  return new FakeEvidenceStore(new FakeDatabase({ operators }));
}

async function perform(
  store: FakeEvidenceStore,
  act: SignedAct,
  changes: readonly RegisterChange[] = [lowering],
): ReturnType<typeof performAct> {
  const parts = { store, clock: new SetClock(NOON), vault, timeZone: 'Europe/Istanbul' };
  return performAct(act, changes, parts);
}

describe("an operator's act", () => {
  test('is recorded together with the change it makes [R002-032]', async () => {
    const store = aStore();
    const receipt = await perform(store, signed());
    expect(store.database.content.standing.loweredLimit(SCOPE)).toBe(5);
    expect(store.database.leaves).toMatchObject([
      { type: 'act', action: 'quota.set', proof: 'operator-key', agency: null, queryId: receipt.queryId },
    ]);
    expect(receipt).toMatchObject({ origin: 'test-gateway/node-1/2026', index: 0 });
  });

  test('keeps who asked for what, with the signature, in the sealed part alone', async () => {
    const store = aStore();
    const act = signed();
    const { queryId } = await perform(store, act);
    const stored = store.database.content.leaves[0];
    const commitment = Buffer.from(String(store.database.leaves[0]?.personal), 'base64');
    if (stored?.sealed === undefined || stored.sealed === null) throw new Error('nothing is sealed');
    const { content } = openPersonal(vault.keysFor('act-p10y-2026-03'), queryId, commitment, stored.sealed);
    expect(content).toEqual({ ...act, operator: { id: 'operator-1', name: operator.name } });
    for (const text of ['operator-1', operator.name, SCOPE]) expect(stored.bytes.includes(text)).toBe(false);
  });

  test.each(['audit.show', 'audit.search'] as const)(
    'that reads evidence, %s, is a reading [R002-082]',
    async (action) => {
      const store = aStore();
      await perform(store, signed({ action }), []);
      expect(store.database.leaves).toMatchObject([{ type: 'reading', action }]);
    },
  );

  const other = newKey();
  const act = signed();
  test.each<[string, SignedAct, (typeof operator)[]]>([
    ['by an unknown operator', signed({ operator: 'operator-2' }), [operator]],
    ['while no operator is registered', act, []],
    ['by an operator who has ended', act, [{ ...operator, endedAt: NOON - 1 }]],
    ['signed with another key', signed({}, other), [operator]],
    ['with an empty signature', { ...act, signature: '' }, [operator]],
    ['with a changed statement', { ...act, statement: { ...act.statement, details: { scope: SCOPE, limit: 500 } } }, [operator]],
    ["with another's signature and name", { ...act, statement: { ...act.statement, operator: 'operator-2' } },
      [operator, anOperator({ id: 'operator-2', publicKey: other.publicKey })]],
    ['by an operator whose key is none', act, [anOperator({ publicKey: 'not a key' })]],
  ])('%s is refused and nothing is written', async (_what, refused, operators) => {
    const store = aStore(operators);
    const before = store.database.content;
    expect(await refusalOf(async () => perform(store, refused))).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(store.database.content).toBe(before);
  }); // prettier-ignore

  test('whose change hits nothing leaves no record', async () => {
    const store = aStore();
    const restore: RegisterChange = { kind: 'restore-limit', scope: SCOPE };
    await expect(perform(store, signed(), [lowering, restore, restore])).rejects.toThrow('hits nothing');
    expect(store.database.leaves).toEqual([]);
    expect(store.database.content.standing.version).toBe(1);
  });

  const places: FaultPlace[] = ['operators', 'head', 'applyChange', 'appendLeaves', 'moveHead', 'commit'];
  test.each(places)('changes nothing when the store fails at %s', async (place) => {
    const store = aStore();
    store.failOn(place);
    expect(await refusalOf(async () => perform(store, signed()))).toBe('AUDIT_NOT_DURABLE');
    expect(store.database.content.standing.loweredLimit(SCOPE)).toBeUndefined();
    expect(store.database.leaves).toEqual([]);
  });
});

describe('operators', () => {
  const second = newKey();
  const both = [operator, anOperator({ id: 'operator-2', publicKey: second.publicKey })];
  const ending = (operatorId: string): RegisterChange => ({ kind: 'end-operator', operatorId, at: NOON });
  const endedIn = ({ database }: FakeEvidenceStore): string[] =>
    database.content.registers.operators.filter((one) => one.endedAt !== null).map((one) => one.id);

  test('who end each other at the same moment leave one of them', async () => {
    const database = new FakeDatabase({ operators: both });
    const [one, two] = [new FakeEvidenceStore(database), new FakeEvidenceStore(database)];
    const { reached, release } = one.holdCommits();
    const first = perform(one, signed({ action: 'operator.end' }), [ending('operator-2')]);
    await reached;
    const other = signed({ action: 'operator.end', operator: 'operator-2' }, second);
    const late = refusalOf(async () => perform(two, other, [ending('operator-1')]));
    release();
    await first;
    expect(await late).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(endedIn(one)).toEqual(['operator-2']);
    expect(database.leaves).toHaveLength(1);
  });

  test('can end themselves, but not the last one', async () => {
    const store = aStore(both);
    await perform(store, signed({ action: 'operator.end' }), [ending('operator-1')]);
    const own = signed({ action: 'operator.end', operator: 'operator-2' }, second);
    await expect(perform(store, own, [ending('operator-2')])).rejects.toThrow('last operator');
    expect(endedIn(store)).toEqual(['operator-1']);
    expect(store.database.leaves).toHaveLength(1);
  });

  test('begin with the one who signs the first act of all, and never so again', async () => {
    const founding = signed({ action: 'gateway.init' });
    const store = aStore([]);
    await perform(store, founding, [{ kind: 'add-operator', operator }]);
    expect(store.database.content.registers.operators).toEqual([operator]);
    const stranger = anOperator({ id: 'operator-2', publicKey: second.publicKey });
    const again = signed({ action: 'gateway.init', operator: 'operator-2' }, second);
    expect(
      await refusalOf(async () => perform(store, again, [{ kind: 'add-operator', operator: stranger }])),
    ).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(
      await refusalOf(async () => perform(aStore([]), signed(), [{ kind: 'add-operator', operator }])),
    ).toBe('OFFICIAL_NOT_AUTHORISED');
  });
});

describe('lost record keys', () => {
  test('are told as the fault they are, with nothing written', async () => {
    const store = aStore();
    const sentence = { tr: 'yok', en: 'gone' };
    const lost = new FaultsError([
      { code: 'RECORD_KEYS_LOST', file: 'a', line: 0, key: '', message: sentence, remedy: sentence },
    ]);
    const broken = new FakeKeyVault();
    broken.keysFor = () => {
      throw lost;
    };
    const parts = { store, clock: new SetClock(NOON), vault: broken, timeZone: 'Europe/Istanbul' };
    await expect(performAct(signed(), [lowering], parts)).rejects.toBe(lost);
    expect(store.database.leaves).toEqual([]);
  });
});

describe('a busy store', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is tried again while a running server holds it', async () => {
    const store = aStore();
    store.busyTimes(3);
    await perform(store, signed());
    expect(store.database.leaves).toHaveLength(1);
  });

  test('is given up after some seconds, with nothing written', async () => {
    jest.useFakeTimers();
    const store = aStore();
    store.busyTimes(Infinity);
    const outcome = refusalOf(async () => perform(store, signed()));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toBe('AUDIT_NOT_DURABLE');
    expect(store.database.leaves).toEqual([]);
  });
});
