import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const THREE = 'has a daily quota of 3';
const HOUR = 60 * 60 * 1000;

function withKey(key: string): { readonly headers: Record<string, string> } {
  return { headers: { 'idempotency-key': key } };
}

function typesOf(gateway: TestGateway): string[] {
  return gateway.records().map(({ type }) => type);
}

describe('a retry with the same Idempotency-Key', () => {
  test('and the same request is fetched and recorded again, and counts once', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    const answers = [];
    for (let round = 0; round < 3; round++) answers.push(await official.query(withKey('key-1')));
    expect(answers.map(({ headers }) => headers['ratelimit'])).toEqual(Array(3).fill('"daily";r=2;t=43200'));
    expect(typesOf(gateway)).toEqual(['disclosure', 'repeat', 'repeat']);
    expect(gateway.source.asked).toHaveLength(3);
    expect(new Set(answers.map((answer) => String(answer.json()['queryId']))).size).toBe(3);
  });

  test('is answered although the quota is used up meanwhile', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    for (const key of ['key-1', 'key-2', 'key-3']) await official.query(withKey(key));
    expect(codeOf(await official.query(withKey('key-4')))).toBe('QUOTA_EXCEEDED');
    expect(codeOf(await official.query(withKey('key-2')))).toBe('answered');
  });

  test.each([
    ['case', { caseReference: '2026/119' }],
    ['person', { tckn: '17160614084' }],
    ['purpose', { purpose: 'okullasma-kontrol' }],
  ])('but another %s is a conflict, and nobody is asked', async (_what, change) => {
    await using gateway = await startGateway();
    const official = gateway.official();
    await official.query(withKey('key-1'));
    const refused = await official.query({ ...change, ...withKey('key-1') });
    expect([refused.status, codeOf(refused)]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect(gateway.source.asked).toHaveLength(1);
    expect(codeOf(await official.query(withKey('key-1')))).toBe('answered');
  });

  test('is a new query after 24 hours', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    await official.query(withKey('key-1'));
    gateway.clock.advance(24 * HOUR - 1);
    official.forgetToken();
    expect(codeOf(await official.query({ ...withKey('key-1'), caseReference: '1' }))).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    gateway.clock.advance(1);
    expect(codeOf(await official.query({ ...withKey('key-1'), caseReference: '1' }))).toBe('answered');
    expect(typesOf(gateway)).toEqual(['disclosure', 'refusal', 'disclosure']);
  });

  test('of another official is that official’s own key', async () => {
    await using gateway = await startGateway();
    await gateway.official().query(withKey('key-1'));
    await gateway.official(THREE).query({ ...withKey('key-1'), caseReference: '1' });
    expect(typesOf(gateway)).toEqual(['disclosure', 'disclosure']);
  });

  test('is remembered over a restart', async () => {
    await using gateway = await startGateway();
    await gateway.official().query(withKey('key-1'));
    await gateway.restart();
    await gateway.official().query(withKey('key-1'));
    expect(typesOf(gateway)).toEqual(['disclosure', 'repeat']);
  });

  test('after a failure is the first answered query and counts', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    gateway.source.failWith();
    expect(codeOf(await official.query(withKey('key-1')))).toBe('SOURCE_UNAVAILABLE');
    gateway.source.answerWith();
    const answer = await official.query(withKey('key-1'));
    expect(answer.headers['ratelimit']).toBe('"daily";r=2;t=43200');
    expect(typesOf(gateway)).toEqual(['failure', 'disclosure']);
  });

  test('that overtakes its first try counts once with it', async () => {
    await using gateway = await startGateway();
    const official = gateway.official(THREE);
    await official.token();
    const tries = await Promise.all(Array.from({ length: 3 }, async () => official.query(withKey('key-1'))));
    expect(tries.map(codeOf)).toEqual(Array(3).fill('answered'));
    expect(typesOf(gateway).sort()).toEqual(['disclosure', 'repeat', 'repeat']);
    const counters = await gateway.administration.countersOn('2026-03-02');
    expect(counters.map(({ used }) => used)).toEqual([1, 1, 1]);
  });
});
