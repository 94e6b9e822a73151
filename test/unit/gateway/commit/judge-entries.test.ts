import { describe, expect, test } from '@jest/globals';
import { type Entry } from '../../../../src/gateway/commit/entry.ts';
import { type Judgement, judgeEntries, type Verdict } from '../../../../src/gateway/commit/judge-entries.ts';
import { anActivation, anAgreement } from '../../../support/agreement-builder.ts';
import { anAnswerEntry, aRefusalEntry } from '../../../support/entry-builder.ts';
import { FakeEvidenceStore } from '../../../support/fake-evidence-store.ts';
import { aCertificate, anAuthority, anOfficial, NOON } from '../../../support/people-builder.ts';
import { aStanding, type StandingRows } from '../../../support/standing-builder.ts';

const OFFICIAL = 'official:alpha-beta-2024/official-1';
const DAY = 24 * 60 * 60 * 1000;

interface Judging {
  readonly rows?: Partial<StandingRows>;
  readonly now?: number;
  readonly store?: FakeEvidenceStore;
}

/** Judges the entries, then keeps counters and requests as a commit does. */
async function judged(entries: readonly Entry[], judging: Judging = {}): Promise<Judgement> {
  const { rows = {}, now = NOON, store = new FakeEvidenceStore() } = judging;
  return store.transact(async (transaction) => {
    const judgement = await judgeEntries(transaction, entries, aStanding(rows), now);
    await transaction.moveCounters(judgement.counters.moves());
    await transaction.rememberRequests(judgement.newRequests);
    return judgement;
  });
}

function told(verdict: Verdict): string {
  if (verdict.kind === 'refused') return verdict.error.code;
  return verdict.kind === 'answer' && verdict.repeats ? 'repeat' : verdict.kind;
}

describe('the last word on an answer', () => {
  test('is that it may leave when everything still holds', async () => {
    const { verdicts, counters } = await judged([anAnswerEntry()]);
    expect(verdicts).toEqual([
      { kind: 'answer', repeats: false, quota: { limit: 100, remaining: 99, resetSeconds: 12 * 60 * 60 } },
    ]);
    expect(counters.moves().map(({ scope, from, to }) => [scope, from, to])).toEqual([
      ['agency:alpha-beta-2024/alpha', 0, 1],
      ['agreement:alpha-beta-2024', 0, 1],
      [OFFICIAL, 0, 1],
    ]);
  });

  const suspended = anActivation(anAgreement(), { suspendedAt: NOON });
  test.each<[string, string, Partial<StandingRows>]>([
    ['a revoked certificate', 'AGENCY_NOT_RECOGNISED', { certificates: [aCertificate({ revokedAt: NOON })] }],
    ['a removed certificate', 'AGENCY_NOT_RECOGNISED', { certificates: [] }],
    ['a suspended agreement', 'AGREEMENT_NOT_IN_FORCE', { activations: [suspended] }],
    ['no activation', 'AGREEMENT_NOT_IN_FORCE', { activations: [] }],
    [
      'a new address list',
      'ADDRESS_NOT_ALLOWED',
      { officials: [anOfficial({ allowedAddresses: ['192.0.2.1'] })] },
    ],
    ['an ended authority', 'OFFICIAL_NOT_AUTHORISED', { authorities: [anAuthority({ until: NOON })] }],
    ['a removed authority', 'OFFICIAL_NOT_AUTHORISED', { authorities: [] }],
    [
      'another undertaking',
      'UNDERTAKING_REQUIRED',
      { authorities: [anAuthority({ undertakingVersion: null })] },
    ],
    ['withdrawn training', 'TRAINING_REQUIRED', { authorities: [anAuthority({ trainingValidUntil: NOON })] }],
    ['a withdrawn purpose', 'PURPOSE_NOT_AGREED', { authorities: [anAuthority({ purposes: [] })] }],
  ])(
    'is no, with the right code and no counter moved, after %s: %s [R002-081]',
    async (_what, code, rows) => {
      const { verdicts, counters } = await judged([anAnswerEntry()], { rows: { version: 2, ...rows } });
      expect(verdicts.map(told)).toEqual([code]);
      expect(counters.moves()).toEqual([]);
    },
  );

  test('follows the pipeline when several things changed: the earlier step wins', async () => {
    const rows = { version: 2, authorities: [], activations: [] };
    expect((await judged([anAnswerEntry()], { rows })).verdicts.map(told)).toEqual([
      'AGREEMENT_NOT_IN_FORCE',
    ]);
  });

  test('is no when an authority ended while the source was asked, though no register changed', async () => {
    const rows = { authorities: [anAuthority({ until: NOON + 2 })] };
    const entry = anAnswerEntry({ standing: aStanding(rows), authority: anAuthority({ until: NOON + 2 }) });
    expect((await judged([entry], { rows, now: NOON + 1 })).verdicts.map(told)).toEqual(['answer']);
    expect((await judged([entry], { rows, now: NOON + 2 })).verdicts.map(told)).toEqual([
      'OFFICIAL_NOT_AUTHORISED',
    ]);
  });

  test('is as drafted for refusals, whatever else is in the batch', async () => {
    const { verdicts } = await judged([aRefusalEntry(), anAnswerEntry(), aRefusalEntry()]);
    expect(verdicts.map(told)).toEqual(['as-drafted', 'answer', 'as-drafted']);
  });
});

describe('the quota at the commit', () => {
  test('answers in the order of the batch until the limit is reached [R002-031]', async () => {
    const rows = { authorities: [anAuthority({ dailyQuota: 2 })] };
    const { verdicts } = await judged([anAnswerEntry(), anAnswerEntry(), anAnswerEntry()], { rows });
    expect(verdicts.map(told)).toEqual(['answer', 'answer', 'QUOTA_EXCEEDED']);
    expect(verdicts.map((one) => (one.kind === 'answer' ? one.quota.remaining : null))).toEqual([1, 0, null]);
    expect(verdicts[2]).toMatchObject({ error: { retryAfterSeconds: 12 * 60 * 60 } });
  });

  test('follows a limit that was lowered after the decision [R002-032]', async () => {
    const rows = { version: 2, loweredLimits: { [OFFICIAL]: 1 } };
    const { verdicts } = await judged([anAnswerEntry(), anAnswerEntry()], { rows });
    expect(verdicts.map(told)).toEqual(['answer', 'QUOTA_EXCEEDED']);
    expect(verdicts[0]).toMatchObject({ quota: { limit: 1, remaining: 0 } });
  });

  test('spends nothing of one counter when another is used up', async () => {
    const rows = { version: 2, loweredLimits: { 'agreement:alpha-beta-2024': 0 } };
    const { verdicts, counters } = await judged([anAnswerEntry()], { rows });
    expect(verdicts.map(told)).toEqual(['QUOTA_EXCEEDED']);
    expect(counters.all().map((counter) => counter.to)).toEqual([0, 0, 0]);
  });

  test("belongs to the day of the commit in the agreement's zone, not to that of the decision [R002-031]", async () => {
    const store = new FakeEvidenceStore();
    const midnight = Date.UTC(2026, 2, 2, 21);
    const decidedBefore = anAnswerEntry({ now: midnight - 1 });
    await judged([decidedBefore], { store, now: midnight - 1 });
    const { verdicts } = await judged([anAnswerEntry({ now: midnight - 1 })], { store, now: midnight });
    expect(store.database.used(OFFICIAL, '2026-03-02')).toBe(1);
    expect(store.database.used(OFFICIAL, '2026-03-03')).toBe(1);
    expect(verdicts[0]).toMatchObject({ quota: { remaining: 99, resetSeconds: DAY / 1000 } });
  });
});

describe('a retry at the commit', () => {
  const retryKey = { key: 'key', requestHash: 'request' };

  test('costs one unit together with its first, even in the same batch', async () => {
    const store = new FakeEvidenceStore();
    const { verdicts } = await judged([anAnswerEntry({ retryKey }), anAnswerEntry({ retryKey })], { store });
    expect(verdicts.map(told)).toEqual(['answer', 'repeat']);
    expect((await judged([anAnswerEntry({ retryKey })], { store })).verdicts.map(told)).toEqual(['repeat']);
    expect(store.database.used(OFFICIAL, '2026-03-02')).toBe(1);
  });

  test('is answered though the quota is used up since', async () => {
    const rows = { authorities: [anAuthority({ dailyQuota: 1 })] };
    const entries = [anAnswerEntry({ retryKey }), anAnswerEntry(), anAnswerEntry({ retryKey })];
    expect((await judged(entries, { rows })).verdicts.map(told)).toEqual([
      'answer',
      'QUOTA_EXCEEDED',
      'repeat',
    ]);
  });

  test('is not answered when the person may not query any more', async () => {
    const store = new FakeEvidenceStore();
    await judged([anAnswerEntry({ retryKey })], { store });
    const { verdicts } = await judged([anAnswerEntry({ retryKey })], {
      store,
      rows: { version: 2, authorities: [] },
    });
    expect(verdicts.map(told)).toEqual(['OFFICIAL_NOT_AUTHORISED']);
  });

  test('with another request is a conflict, in the same batch and later, and costs nothing', async () => {
    const store = new FakeEvidenceStore();
    const other = { key: 'key', requestHash: 'another request' };
    const { verdicts } = await judged([anAnswerEntry({ retryKey }), anAnswerEntry({ retryKey: other })], {
      store,
    });
    expect(verdicts.map(told)).toEqual(['answer', 'IDEMPOTENCY_CONFLICT']);
    const later = await judged([anAnswerEntry({ retryKey: other })], { store });
    expect(later.verdicts.map(told)).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(store.database.used(OFFICIAL, '2026-03-02')).toBe(1);
  });

  test('is remembered for 24 hours to the millisecond', async () => {
    const store = new FakeEvidenceStore();
    await judged([anAnswerEntry({ retryKey })], { store });
    const before = await judged([anAnswerEntry({ retryKey })], { store, now: NOON + DAY - 1 });
    expect(before.verdicts.map(told)).toEqual(['repeat']);
    const after = await judged([anAnswerEntry({ retryKey })], { store, now: NOON + DAY });
    expect(after.verdicts.map(told)).toEqual(['answer']);
  });

  test('of a query that was refused is a first query', async () => {
    const store = new FakeEvidenceStore();
    await judged([anAnswerEntry({ retryKey })], {
      store,
      rows: { authorities: [anAuthority({ dailyQuota: 0 })] },
    });
    expect((await judged([anAnswerEntry({ retryKey })], { store })).verdicts.map(told)).toEqual(['answer']);
  });

  test('remembers nothing of queries without a key', async () => {
    expect((await judged([anAnswerEntry(), anAnswerEntry()])).newRequests).toEqual([]);
  });
});
