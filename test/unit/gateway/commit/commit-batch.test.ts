import { describe, expect, test } from '@jest/globals';
import { commitAnswer } from '../../../../src/audit/commitment.ts';
import { decodeLeaf, type Leaf } from '../../../../src/audit/leaf.ts';
import { appendToFrontier, leafHash, rootOf } from '../../../../src/audit/merkle.ts';
import { openPersonal } from '../../../../src/audit/open-personal.ts';
import { type BatchOutcome, commitBatch } from '../../../../src/gateway/commit/commit-batch.ts';
import { type Entry } from '../../../../src/gateway/commit/entry.ts';
import { aRequest, SUBJECT } from '../../../support/exchange-builder.ts';
import { anAnswerEntry, aRefusalEntry } from '../../../support/entry-builder.ts';
import { FakeDatabase, FakeEvidenceStore, type FaultPlace } from '../../../support/fake-evidence-store.ts';
import { FakeKeyVault } from '../../../support/fake-key-vault.ts';
import { aCertificate, NOON } from '../../../support/people-builder.ts';
import { SetClock } from '../../../support/set-clock.ts';
import { aStanding } from '../../../support/standing-builder.ts';

const vault = new FakeKeyVault();

async function commit(
  store: FakeEvidenceStore,
  entries: readonly Entry[],
  now = NOON,
): Promise<BatchOutcome> {
  const parts = { clock: new SetClock(now), vault, timeZone: 'Europe/Istanbul' };
  return store.transact(async (transaction) => commitBatch(transaction, entries, aStanding(), parts));
}

describe('a committed batch', () => {
  test('has one leaf for each entry, chained into the root of the head [R002-082]', async () => {
    const store = new FakeEvidenceStore();
    await commit(store, [anAnswerEntry(), aRefusalEntry()]);
    await commit(store, [anAnswerEntry()]);
    const { leaves, head } = store.database.content;
    const frontier: Buffer[] = [];
    leaves.forEach((leaf, index) => {
      expect(leaf.hash).toEqual(leafHash(leaf.bytes));
      appendToFrontier(frontier, index, leafHash(leaf.bytes));
    });
    expect(head).toMatchObject({ size: 3, root: rootOf(frontier), lastTime: NOON });
    expect(store.database.leaves.map((leaf) => leaf.type)).toEqual(['disclosure', 'refusal', 'disclosure']);
  });

  test('gives each caller the receipt of exactly its own leaf', async () => {
    const store = new FakeEvidenceStore();
    const { recorded } = await commit(store, [anAnswerEntry(), aRefusalEntry(), anAnswerEntry()]);
    recorded.forEach(({ receipt }, index) => {
      expect(receipt).toMatchObject({ origin: 'test-gateway/node-1/2026', index });
      expect(receipt.leaf).toEqual(store.database.content.leaves[index]?.bytes);
    });
  });

  test('commits to the answer that leaves, so that the partner can prove what it received [R002-024]', async () => {
    const request = aRequest();
    const { recorded } = await commit(new FakeEvidenceStore(), [anAnswerEntry({ request })]);
    const receipt = recorded[0]?.receipt;
    const answer = `{"data":{"fullName":"Ayşe Örnek"},"outcome":"found","queryId":"${request.queryId}"}`;
    const { leaf, opening } = receipt ?? { leaf: Buffer.alloc(0), opening: Buffer.alloc(32) };
    expect(decodeLeaf(leaf).answer).toBe(commitAnswer(opening, Buffer.from(answer)).toString('base64'));
  });

  test('keeps the personal part sealed beside the leaf, bound to it, with the opening of the answer [R002-080]', async () => {
    const store = new FakeEvidenceStore();
    const { recorded } = await commit(store, [anAnswerEntry()]);
    const leaf = store.database.leaves[0];
    const sealed = store.database.content.leaves[0]?.sealed;
    if (sealed === undefined || sealed === null || leaf === undefined) throw new Error('nothing is sealed');
    expect(leaf).toMatchObject({ kid: 'access-p10y-2026-03' });
    const keys = vault.keysFor('access-p10y-2026-03');
    const opened = openPersonal(keys, leaf.queryId, Buffer.from(String(leaf.personal), 'base64'), sealed);
    expect(opened.content).toMatchObject({ input: { tckn: SUBJECT }, official: { id: 'official-1' } });
    expect(opened.opening).toEqual(recorded[0]?.receipt.opening);
    expect(sealed.purgeAfter).toBe('2036-03-02');
  });

  test('takes the month of its keys from the day of the log, not from UTC', async () => {
    const store = new FakeEvidenceStore();
    await commit(store, [aRefusalEntry()], Date.UTC(2026, 2, 31, 21));
    expect(store.database.leaves[0]?.kid).toBe('access-p10y-2026-04');
  });

  test('seals under the keys of class and period, and keeps each part with its own leaf', async () => {
    const store = new FakeEvidenceStore();
    const kept = (retentionClass: 'access' | 'act', keptFor: string): Entry => {
      const entry = aRefusalEntry();
      if (entry.personal === null) throw new Error('no personal part');
      const content = { is: `${retentionClass} ${keptFor} ${entry.draft.queryId}` };
      return { ...entry, personal: { ...entry.personal, content, retentionClass, keptFor } };
    };
    const entries = [
      kept('access', 'P10Y'),
      kept('act', 'P10Y'),
      kept('access', 'P1Y6M'),
      kept('access', 'P10Y'),
    ];
    await commit(store, entries);
    const kids = ['access-p10y-2026-03', 'act-p10y-2026-03', 'access-p1y6m-2026-03', 'access-p10y-2026-03'];
    expect(store.database.leaves.map((leaf) => leaf.kid)).toEqual(kids);
    store.database.content.leaves.forEach(({ sealed, queryId }, place) => {
      if (sealed === null) throw new Error('nothing is sealed');
      const commitment = Buffer.from(String(store.database.leaves[place]?.personal), 'base64');
      const { content } = openPersonal(vault.keysFor(String(kids[place])), queryId, commitment, sealed);
      expect(content).toEqual(entries[place]?.personal?.content);
    });
    expect(store.database.content.leaves[2]?.sealed?.purgeAfter).toBe('2027-09-02');
  });

  test('seals each record of a large batch for itself', async () => {
    const store = new FakeEvidenceStore();
    await commit(
      store,
      Array.from({ length: 300 }, () => aRefusalEntry()),
    );
    const boxes = store.database.content.leaves.map((leaf) => leaf.sealed?.box.toString('base64'));
    expect(new Set(boxes).size).toBe(300);
  });

  test('leaves out what has no personal part', async () => {
    const store = new FakeEvidenceStore();
    await commit(store, [{ ...aRefusalEntry(), personal: null }, aRefusalEntry()]);
    expect(store.database.leaves[0]).toMatchObject({ kid: null, personal: null });
    expect(store.database.leaves[1]?.personal).not.toBeNull();
  });

  test('never goes back in time when the clock does', async () => {
    const store = new FakeEvidenceStore();
    await commit(store, [aRefusalEntry()], NOON);
    const { head } = await commit(store, [aRefusalEntry()], NOON - 4_000);
    expect(head.lastTime).toBe(NOON);
    expect(store.database.leaves.map((leaf) => leaf.time)).toEqual([
      '2026-03-02T09:00:00.000Z',
      '2026-03-02T09:00:00.000Z',
    ]);
  });

  test('refuses an answer in the leaf too: no outcome, no surplus, no commitment stays', async () => {
    const store = new FakeEvidenceStore();
    store.database.change({ kind: 'revoke-certificate', fingerprint: aCertificate().fingerprint, at: NOON });
    await commit(store, [anAnswerEntry()]);
    const expected: Partial<Leaf> = {
      type: 'refusal',
      code: 'AGENCY_NOT_RECOGNISED',
      outcome: null,
      surplus: null,
      answer: null,
    };
    expect(store.database.leaves[0]).toMatchObject(expected);
  });

  test('applies changes in the transaction that records them', async () => {
    const store = new FakeEvidenceStore();
    const change = { kind: 'lower-limit', scope: 'agreement:alpha-beta-2024', limit: 5 } as const;
    await commit(store, [{ ...aRefusalEntry(), changes: [change] }]);
    expect(store.database.content.standing.loweredLimit('agreement:alpha-beta-2024')).toBe(5);
  });

  const everyCall: FaultPlace[] = [
    'standingVersion', 'head', 'idempotency', 'counters', 'applyChange', 'moveCounters', 'rememberRequests',
    'appendLeaves', 'moveHead', 'commit',
  ]; // prettier-ignore
  test.each(everyCall)('leaves nothing behind when the store fails at %s', async (place) => {
    const store = new FakeEvidenceStore(new FakeDatabase());
    const before = store.database.content;
    store.failOn(place);
    const answer = anAnswerEntry({ retryKey: { key: 'k', requestHash: 'h' } });
    const change = { kind: 'lower-limit', scope: 'agreement:alpha-beta-2024', limit: 5 } as const;
    await expect(commit(store, [answer, { ...aRefusalEntry(), changes: [change] }])).rejects.toThrow(
      'disk full',
    );
    expect(store.database.content).toBe(before);
  });

  test('reads the registers again when they changed', async () => {
    const store = new FakeEvidenceStore();
    store.database.change({ kind: 'lower-limit', scope: 'agreement:alpha-beta-2024', limit: 5 });
    const outcome = await commit(store, [aRefusalEntry()]);
    expect(outcome.standing).toBe(store.database.content.standing);
    store.failOn('standing');
    await expect(commit(store, [aRefusalEntry()])).rejects.toThrow('disk full');
  });
});
