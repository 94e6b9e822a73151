import { describe, expect, test } from '@jest/globals';
import { agencyScope, agreementScope, officialScope } from '../../../src/gateway/quota/quota-scope.ts';
import { decodeLeaf } from '../../../src/audit/leaf.ts';
import { codeOf, type OfficialClient, type QueryChange } from '../../support/gateway-client.ts';
import { AGREEMENT, UNKNOWN_TCKN } from '../../support/gateway-realm.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const THREE = 'has a daily quota of 3';
const TODAY = '2026-03-02';
/** Midnight in Istanbul, three hours ahead of UTC. */
const MIDNIGHT = Date.UTC(2026, 2, 2, 21);

async function codesOf(official: OfficialClient, count: number, change?: QueryChange): Promise<string[]> {
  const codes = [];
  for (let round = 0; round < count; round++) codes.push(codeOf(await official.query(change)));
  return codes;
}

async function scopeOf(gateway: TestGateway, official: OfficialClient): Promise<string> {
  return officialScope(AGREEMENT, (await gateway.registered(official)).id);
}

async function usedToday(gateway: TestGateway): Promise<Record<string, number>> {
  const counters = await gateway.administration.countersOn(TODAY);
  return Object.fromEntries(
    counters.map(({ scope, used }): [string, number] => [scope.split(':', 1).join(), used]),
  );
}

describe('a daily quota', () => {
  test('is used to its last unit, then refused until local midnight [R002-031]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    const answers = [];
    for (let round = 0; round < 4; round++) answers.push(await official.query());
    expect(answers.map(codeOf)).toEqual(['answered', 'answered', 'answered', 'QUOTA_EXCEEDED']);
    const seconds = String(12 * 3600);
    expect(answers.map(({ headers }) => headers['ratelimit'])).toEqual(
      [2, 1, 0, 0].map((left) => `"daily";r=${String(left)};t=${seconds}`),
    );
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"daily";q=3;w=86400');
    expect(answers[3]?.headers['retry-after']).toBe(seconds);
    expect(gateway.source.asked).toHaveLength(3);
  });

  test("turns at midnight of the agreement's zone and at no other [R002-031]", async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    gateway.clock.set(MIDNIGHT - 1);
    expect(await codesOf(official, 4)).toEqual(['answered', 'answered', 'answered', 'QUOTA_EXCEEDED']);
    gateway.clock.set(MIDNIGHT);
    expect(await codesOf(official, 4)).toEqual(['answered', 'answered', 'answered', 'QUOTA_EXCEEDED']);
    gateway.clock.set(Date.UTC(2026, 2, 3, 0));
    official.forgetToken();
    expect(await codesOf(official, 1)).toEqual(['QUOTA_EXCEEDED']);
  });

  test('belongs to the day on which the record is made, not to that of the question', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    gateway.clock.set(MIDNIGHT - 1);
    await official.token();
    const release = gateway.source.hold();
    const overnight = official.query();
    await gateway.sourceAsked(1);
    gateway.clock.set(MIDNIGHT);
    release();
    expect((await overnight).headers['ratelimit']).toBe('"daily";r=2;t=86400');
    expect(await usedToday(gateway)).toEqual({});
    expect(await codesOf(official, 3)).toEqual(['answered', 'answered', 'QUOTA_EXCEEDED']);
  });

  test('counts who was not found as well as who was', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    const answer = await official.query({ tckn: UNKNOWN_TCKN });
    expect(answer.json()).toMatchObject({ outcome: 'not-found', data: null });
    expect(await codesOf(official, 3, { tckn: UNKNOWN_TCKN })).toEqual([
      'answered',
      'answered',
      'QUOTA_EXCEEDED',
    ]);
  });

  test('is not touched by refusals nor by a source that fails', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    await codesOf(official, 5, { purpose: 'istatistik' });
    await codesOf(official, 5, { tckn: '1' });
    gateway.source.failWith();
    expect(new Set(await codesOf(official, 5))).toEqual(new Set(['SOURCE_UNAVAILABLE']));
    gateway.source.answerWith({ adSoyad: 7 });
    expect(new Set(await codesOf(official, 5))).toEqual(new Set(['SOURCE_ANSWER_INVALID']));
    expect(await usedToday(gateway)).toEqual({});
    gateway.source.answerWith();
    expect(await codesOf(official, 4)).toEqual(['answered', 'answered', 'answered', 'QUOTA_EXCEEDED']);
  });

  test('is not forgotten by a restart [R002-031]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    await codesOf(official, 2);
    await gateway.restart();
    expect(await codesOf(official, 2)).toEqual(['answered', 'QUOTA_EXCEEDED']);
  });

  test('is reserved by answers under way and given back by those that fail', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    await official.token();
    gateway.source.failWith();
    const release = gateway.source.hold();
    const underWay = [official.query(), official.query(), official.query()];
    await gateway.sourceAsked(3);
    expect(codeOf(await official.query())).toBe('QUOTA_EXCEEDED');
    release();
    expect((await Promise.all(underWay)).map(codeOf)).toEqual(Array(3).fill('SOURCE_UNAVAILABLE'));
    gateway.source.answerWith();
    expect(await codesOf(official, 4)).toEqual(['answered', 'answered', 'answered', 'QUOTA_EXCEEDED']);
  });

  test('of the agency and of the agreement hold for all officials together [R002-031]', async () => {
    const quotas = { agreement: 500, agency: 4, official: 3 };
    await using gateway = await startGateway({ agreement: (draft) => (draft.quotas = quotas) });
    expect(await codesOf(gateway.official(), 4)).toEqual([
      'answered',
      'answered',
      'answered',
      'QUOTA_EXCEEDED',
    ]);
    expect(await codesOf(gateway.official(THREE), 2)).toEqual(['answered', 'QUOTA_EXCEEDED']);
    expect(await usedToday(gateway)).toEqual({ official: 1, agency: 4, agreement: 4 });
    expect(await gateway.administration.countersOn(TODAY)).toHaveLength(4);
  });

  test('moves all its counters together or none', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    await official.token();
    const release = gateway.source.hold();
    const underWay = official.query();
    await gateway.sourceAsked(1);
    // The last of the three is used up at the moment of the commit; the others are not.
    const scope = agreementScope(AGREEMENT);
    await gateway.act('quota.set', { kind: 'lower-limit', scope, limit: 0 });
    release();
    expect(codeOf(await underWay)).toBe('QUOTA_EXCEEDED');
    expect(await usedToday(gateway)).toEqual({});
  });
});

describe('the provider', () => {
  test.each([
    ['an official', scopeOf],
    ['the agency', async () => Promise.resolve(agencyScope(AGREEMENT, 'cgm'))],
    ['the agreement', async () => Promise.resolve(agreementScope(AGREEMENT))],
  ])('lowers the limit of %s, and the next call feels it [R002-032]', async (_whose, scopeFor) => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const scope = await scopeFor(gateway, official);
    expect(await codesOf(official, 2)).toEqual(['answered', 'answered']);
    await gateway.act('quota.set', { kind: 'lower-limit', scope, limit: 2 });
    expect(await codesOf(official, 2)).toEqual(['QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']);
    await gateway.act('quota.restore', { kind: 'restore-limit', scope });
    await gateway.noticed();
    expect(codeOf(await official.query())).toBe('answered');
  });

  test('catches an answer that is under way [R002-032]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const scope = await scopeOf(gateway, official);
    await official.token();
    const release = gateway.source.hold();
    const underWay = official.query();
    await gateway.sourceAsked(1);
    await gateway.act('quota.set', { kind: 'lower-limit', scope, limit: 0 });
    release();
    const refused = await underWay;
    expect([codeOf(refused), refused.headers['retry-after']]).toEqual(['QUOTA_EXCEEDED', String(12 * 3600)]);
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', code: 'QUOTA_EXCEEDED' });
  });

  test('never raises a limit above the ceiling: the stricter one holds [R002-032] [R002-018]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    const scope = await scopeOf(gateway, official);
    await gateway.act('quota.set', { kind: 'lower-limit', scope, limit: 1000 });
    await gateway.restart();
    const first = await official.query();
    expect(first.headers['ratelimit-policy']).toBe('"daily";q=3;w=86400');
    expect(await codesOf(official, 3)).toEqual(['answered', 'answered', 'QUOTA_EXCEEDED']);
  });

  test('leaves a record of the change, signed by the operator [R002-032]', async () => {
    await using gateway = await startGateway();
    await gateway.act('quota.set', { kind: 'lower-limit', scope: agreementScope(AGREEMENT), limit: 2 });
    const stored = [...gateway.administration.log.leaves()].at(-1);
    const leaf = stored && decodeLeaf(stored.bytes);
    expect(leaf).toMatchObject({ type: 'act', action: 'quota.set', proof: 'operator-key', agency: null });
  });
});
