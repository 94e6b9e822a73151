import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type PartnerAnswer } from '../../../src/gateway/partner-gateway.ts';
import { GatewayError, type ProblemCode } from '../../../src/shared/problem.ts';
import { aBody, aCaller, aRequest, RECORD, SUBJECT } from '../../support/exchange-builder.ts';
import { FakeDatabase, type FaultPlace } from '../../support/fake-evidence-store.ts';
import { GatewayRig } from '../../support/gateway-rig.ts';
import { aCertificate, ALPHA_CERTIFICATE, anAuthority, NOON } from '../../support/people-builder.ts';
import { errorOf } from '../../support/refusal.ts';
import { standingRows } from '../../support/standing-builder.ts';

const OFFICIAL = 'official:alpha-beta-2024/official-1';
const wrongPurpose = { body: { kind: 'json', value: aBody({ purpose: 'marketing' }) } } as const;

function rigWithRevoked(): GatewayRig {
  const certificates = [aCertificate({ revokedAt: NOON })];
  return new GatewayRig({ database: new FakeDatabase({ rows: standingRows({ certificates }) }) });
}

describe('an answered query', () => {
  test('leaves with the agreed fields, the receipt of its leaf and the quota [R002-022]', async () => {
    const rig = new GatewayRig();
    const request = aRequest();
    const answer: PartnerAnswer = await rig.gateway.answer(request);
    expect(answer).toMatchObject({
      queryId: request.queryId,
      outcome: 'found',
      agreement: { id: 'alpha-beta-2024', version: 1 },
      purpose: 'permit-check',
      dataJson: '{"fullName":"Ayşe Örnek","permitFrom":"2026-01-05","status":"valid","workers":12}',
      quota: { limit: 100, remaining: 99 },
    });
    expect(answer.receipt.leaf).toEqual(rig.database.content.leaves[answer.receipt.index]?.bytes);
    expect(rig.database.leaves[0]).toMatchObject({ type: 'disclosure', outcome: 'found', surplus: 1 });
  });

  test('counts and is recorded when the source knows nobody [R002-020]', async () => {
    const rig = new GatewayRig();
    rig.source.answerWith();
    expect(await rig.gateway.answer(aRequest())).toMatchObject({ outcome: 'not-found', dataJson: 'null' });
    expect(rig.database.leaves[0]).toMatchObject({ type: 'disclosure', outcome: 'not-found' });
    expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(1);
  });

  test('is repeated for its key without quota, with a new fetch and a leaf of its own', async () => {
    const rig = new GatewayRig();
    const first = await rig.gateway.answer(aRequest({ idempotencyKey: 'key-1' }));
    rig.source.answerWith({ ...RECORD, workers: 13 });
    const again = await rig.gateway.answer(aRequest({ idempotencyKey: 'key-1' }));
    expect([first.quota.remaining, again.quota.remaining]).toEqual([99, 99]);
    expect(again.dataJson).toContain('"workers":13');
    expect(rig.database.leaves.map((leaf) => leaf.type)).toEqual(['disclosure', 'repeat']);
  });

  test('never leaves when its record fails, and nothing of it is stored', async () => {
    const rig = new GatewayRig();
    rig.store.failOn('commit');
    expect(await rig.outcomeOf()).toBe('AUDIT_NOT_DURABLE');
    expect(rig.store.begun).toBe(1);
    expect(rig.database.leaves).toEqual([]);
  });
});

describe('a refused query', () => {
  test('hears of its refusal only after that is durable [R002-081]', async () => {
    const rig = new GatewayRig();
    const held = rig.store.holdCommits();
    let heard = false;
    const outcome = rig.outcomeOf(wrongPurpose).finally(() => (heard = true));
    await held.reached;
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(heard).toBe(false);
    held.release();
    expect(await outcome).toBe('PURPOSE_NOT_AGREED');
    expect(rig.database.leaves).toMatchObject([
      { type: 'refusal', code: 'PURPOSE_NOT_AGREED', purpose: null },
    ]);
  });

  const places: FaultPlace[] = ['head', 'appendLeaves', 'moveHead', 'commit'];
  test.each(places)(
    'sees AUDIT_NOT_DURABLE, not its own code, when its record fails at %s',
    async (place) => {
      const rig = new GatewayRig();
      rig.store.failOn(place);
      expect(await rig.outcomeOf(wrongPurpose)).toBe('AUDIT_NOT_DURABLE');
      expect(rig.database.leaves).toEqual([]);
    },
  );

  test('sees AUDIT_NOT_DURABLE when its flood cannot be recorded', async () => {
    const rig = new GatewayRig({ parts: { burst: { take: () => 1 } } });
    rig.store.failOn('commit');
    const outcomes = [rig.outcomeOf(), rig.outcomeOf()];
    await setImmediate();
    rig.floods.closeAll();
    expect(await Promise.all(outcomes)).toEqual(['AUDIT_NOT_DURABLE', 'AUDIT_NOT_DURABLE']);
  });

  test('tells in the leaf how far it got, and about whom only in the sealed part', async () => {
    const rig = new GatewayRig();
    await rig.outcomeOf({ body: { kind: 'json', value: aBody({ caseReference: '' }) } });
    expect(rig.database.leaves[0]).toMatchObject({
      code: 'REQUEST_INVALID', agency: 'alpha', proof: 'shared-secret', operation: 'permit-lookup', purpose: 'permit-check',
    }); // prettier-ignore
    expect(rig.database.content.leaves[0]?.bytes.includes(SUBJECT)).toBe(false);
  });
});

describe('a certificate', () => {
  test('that nobody registered is counted and leaves no record', async () => {
    const rig = new GatewayRig();
    const certificateFingerprint = 'b2'.repeat(32);
    expect(await rig.outcomeOf({ certificateFingerprint })).toBe('AGENCY_NOT_RECOGNISED');
    await expect(
      rig.gateway.refuse(aCaller({ certificateFingerprint }), 'ROUTE_NOT_FOUND'),
    ).rejects.toMatchObject({
      code: 'AGENCY_NOT_RECOGNISED',
    });
    expect(rig.strangers.map((caller) => caller.certificateFingerprint)).toEqual([
      certificateFingerprint,
      certificateFingerprint,
    ]);
    await rig.queue.drained();
    expect(rig.database.leaves).toEqual([]);
  });

  test('that is revoked leaves a record of the agency that had registered it [R002-021]', async () => {
    const rig = rigWithRevoked();
    expect(await rig.outcomeOf()).toBe('AGENCY_NOT_RECOGNISED');
    expect(rig.database.leaves).toMatchObject([
      {
        type: 'refusal',
        code: 'AGENCY_NOT_RECOGNISED',
        agency: 'alpha',
        certificate: ALPHA_CERTIFICATE,
        count: 1,
      },
    ]);
    expect(rig.strangers).toEqual([]);
  });

  test('that is revoked cannot flood the log, though it never meets the burst gate', async () => {
    const rig = rigWithRevoked();
    const outcomes = Array.from({ length: 200 }, async () => rig.outcomeOf());
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['AGENCY_NOT_RECOGNISED']));
    expect(rig.database.leaves.map((leaf) => leaf.count)).toEqual([200]);
  });
});

describe('a flood', () => {
  test.each<[ProblemCode, object]>([
    ['RATE_LIMITED', { burst: { take: () => 1 } }],
    ['OVERLOADED', { places: { take: () => undefined } }],
  ])('of %s becomes one leaf with a count, durable before any caller hears of it', async (code, parts) => {
    const rig = new GatewayRig({ parts });
    const outcomes = Array.from({ length: 120 }, async () => rig.outcomeOf());
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set([code]));
    expect(rig.database.leaves).toMatchObject([{ type: 'refusal', code, count: 120, agency: 'alpha' }]);
    expect(rig.source.asked).toEqual([]);
  });
});

describe('whatever an exchange took', () => {
  const cases: [string, (rig: GatewayRig) => void, Parameters<GatewayRig['outcomeOf']>[0]][] = [
    ['answered', () => undefined, {}],
    ['PURPOSE_NOT_AGREED', () => undefined, wrongPurpose],
    ['SOURCE_UNAVAILABLE', (rig) => rig.source.failWith(), {}],
    ['SOURCE_ANSWER_INVALID', (rig) => rig.source.answerWith({}), {}],
    ['INTERNAL_ERROR', (rig) => rig.source.failWith(new TypeError('unforeseen')), {}],
    ['AUDIT_NOT_DURABLE', (rig) => { rig.store.failOn('commit'); }, {}],
    ['OFFICIAL_NOT_AUTHORISED', (rig) => { endAuthority(rig); }, {}],
  ]; // prettier-ignore

  test.each(cases)('is given back when it ends with %s', async (code, prepare, overrides) => {
    const rig = new GatewayRig();
    prepare(rig);
    expect(await rig.outcomeOf(overrides)).toBe(code);
    expect(rig.places.taken).toBe(0);
    const left = 100 - rig.quota.used(OFFICIAL, '2026-03-02');
    const scopes = [{ scope: OFFICIAL, limit: 100 }];
    const day = { date: '2026-03-02', start: 0, end: 1 };
    const reserved = Array.from({ length: 101 }, () => rig.quota.reserve(scopes, day)).filter(
      (one) => one !== undefined,
    );
    expect(reserved).toHaveLength(left);
  });
});

/** Ends the authority behind the process's back: it notices in its next transaction. */
function endAuthority(rig: GatewayRig): void {
  rig.database.change({
    kind: 'end-authority',
    officialId: 'official-1',
    agreementId: 'alpha-beta-2024',
    at: NOON,
  });
}

describe('registers that change while the source is asked', () => {
  test('keep the answer from leaving: one refusal leaf, no quota, the process knows from then on', async () => {
    const rig = new GatewayRig();
    const letGo = rig.source.hold();
    const outcome = rig.outcomeOf();
    await setImmediate();
    expect(rig.source.asked).toHaveLength(1);
    endAuthority(rig);
    letGo();
    expect(await outcome).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(rig.database.leaves).toMatchObject([
      { type: 'refusal', code: 'OFFICIAL_NOT_AUTHORISED', outcome: null },
    ]);
    expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(0);
    expect(await rig.outcomeOf()).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(rig.source.asked).toHaveLength(1);
  });

  test('bite before the source is asked once the process has looked [R002-032]', async () => {
    const rig = new GatewayRig();
    rig.database.change({ kind: 'lower-limit', scope: OFFICIAL, limit: 0 });
    await rig.view.refresh();
    expect(await rig.outcomeOf()).toBe('QUOTA_EXCEEDED');
    expect(rig.source.asked).toEqual([]);
  });
});

describe('an unforeseen failure', () => {
  test('is recorded as a failure and tells nothing of its cause', async () => {
    const rig = new GatewayRig();
    const cause = new TypeError(`no column for ${SUBJECT}`);
    rig.source.failWith(cause);
    const error = await errorOf(async () => rig.gateway.answer(aRequest()));
    expect(error).toMatchObject({ code: 'INTERNAL_ERROR', message: 'INTERNAL_ERROR', errors: [], cause });
    expect(rig.database.leaves).toMatchObject([{ type: 'failure', code: 'INTERNAL_ERROR' }]);
    expect(rig.database.content.leaves[0]?.bytes.includes('column')).toBe(false);
    expect(rig.logger.named('exchange.internal-error')).toHaveLength(1);
  });

  test('is logged when the commit met it', async () => {
    const error = new GatewayError('INTERNAL_ERROR', { cause: new TypeError('unforeseen') });
    const receipt = { origin: '', index: 0, leaf: Buffer.alloc(0), opening: Buffer.alloc(0) };
    const recorder = { record: async () => Promise.resolve({ kind: 'refused', error, receipt } as const) };
    const rig = new GatewayRig({ parts: { recorder } });
    expect(await rig.outcomeOf()).toBe('INTERNAL_ERROR');
    expect(rig.logger.named('exchange.internal-error')).toHaveLength(1);
    expect(rig.database.leaves).toEqual([]);
  });

  test('of a source is logged without what it sent', async () => {
    const rig = new GatewayRig();
    rig.source.answerWith({ ...RECORD, permitFrom: 'secret value' });
    expect(await rig.outcomeOf()).toBe('SOURCE_ANSWER_INVALID');
    const lines = rig.logger.named('exchange.source-fault');
    expect(lines).toMatchObject([{ code: 'SOURCE_ANSWER_INVALID' }]);
    expect(String((lines[0]?.['error'] as Error).cause)).not.toContain('secret value');
  });
});

describe('what no route takes', () => {
  test.each(['ROUTE_NOT_FOUND', 'REQUEST_INVALID'] as const)(
    'is refused with %s and recorded',
    async (code) => {
      const rig = new GatewayRig();
      await expect(rig.gateway.refuse(aCaller(), code)).rejects.toMatchObject({ code });
      expect(rig.database.leaves).toMatchObject([
        { type: 'refusal', code, agency: 'alpha', agreement: null },
      ]);
    },
  );

  test('counts into the burst of its certificate', async () => {
    const rig = new GatewayRig({ parts: { burst: { take: () => 4 } } });
    await expect(rig.gateway.refuse(aCaller(), 'ROUTE_NOT_FOUND')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 4,
    });
  });

  test('tells when to come back if http itself found it too fast', async () => {
    const rig = new GatewayRig();
    await expect(rig.gateway.refuse(aCaller(), 'RATE_LIMITED')).rejects.toMatchObject({
      retryAfterSeconds: 1,
    });
  });
});

describe('a thousand queries at once', () => {
  test('are answered exactly as often as the quota says; each has its record [R002-031]', async () => {
    const authorities = [anAuthority({ dailyQuota: 100 })];
    const rig = new GatewayRig({ database: new FakeDatabase({ rows: standingRows({ authorities }) }) });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, async () => rig.outcomeOf()));
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome === 'QUOTA_EXCEEDED')).toHaveLength(900);
    expect(rig.database.leaves).toHaveLength(1_000);
    expect(rig.database.leavesOf('disclosure')).toHaveLength(100);
    expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(100);
  });
});
