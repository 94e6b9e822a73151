import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { until } from '../../support/gateway-process.ts';
import { startGateway } from '../../support/start-gateway.ts';
import { queryIdOf } from '../../support/prove-recorded.ts';
import { BreakableEvidence } from './breakable-evidence.ts';

describe('a flood above the burst limit', () => {
  test('is refused with Retry-After and becomes few records whose counts sum up to it [R002-081]', async () => {
    await using gateway = await startGateway({ burst: { size: 10, perSecond: 1 } });
    const token = await gateway.official().token();
    const client = gateway.connect(gateway.access.agencies.cgm, 125);
    const answers = await Promise.all(Array.from({ length: 509 }, async () => client.query(token)));
    const limited = answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED');
    expect(limited).toHaveLength(500);
    expect(new Set(limited.map(({ headers }) => headers['retry-after']))).toEqual(new Set(['1']));
    const records = gateway.records().filter(({ code }) => code === 'RATE_LIMITED');
    expect(records.reduce((sum, { count }) => sum + count, 0)).toBe(500);
    expect(records.length).toBeLessThan(100);
    expect(gateway.source.asked).toHaveLength(9);
  });

  test('of one certificate leaves the pace of another alone, and ends with the clock', async () => {
    await using gateway = await startGateway({ burst: { size: 2, perSecond: 1 } });
    const official = gateway.official();
    expect(codeOf(await official.query())).toBe('answered');
    expect(codeOf(await official.query())).toBe('RATE_LIMITED');
    const other = await gateway.official('of an agency that is not a party').query();
    expect(codeOf(other)).toBe('AGREEMENT_NOT_FOUND');
    gateway.clock.advance(1000);
    expect(codeOf(await official.query())).toBe('answered');
  });
});

describe('when every place is taken', () => {
  test('an agency that fills its own share meets OVERLOADED, and others are served', async () => {
    await using gateway = await startGateway({ limits: { exchanges: 100, exchangesPerAgency: 3 } });
    const official = gateway.official();
    await official.token();
    await gateway.official('of an agency that is not a party').token();
    const release = gateway.source.hold();
    const underWay = Array.from({ length: 3 }, async () => official.query());
    await gateway.sourceAsked(3);
    const crowded = await official.query();
    expect([crowded.status, codeOf(crowded), crowded.headers['retry-after']]).toEqual([
      503,
      'OVERLOADED',
      '1',
    ]);
    const other = await gateway.official('of an agency that is not a party').query();
    expect(codeOf(other)).toBe('AGREEMENT_NOT_FOUND');
    release();
    expect((await Promise.all(underWay)).map(codeOf)).toEqual(Array(3).fill('answered'));
    expect(codeOf(await official.query())).toBe('answered');
  });

  test('refusals that wait do not stand before an answer', async () => {
    const evidence = new BreakableEvidence();
    await using gateway = await startGateway({
      evidence: evidence.wrap,
      limits: { recordMilliseconds: 60_000 },
    });
    const refused = gateway.official('has a daily quota of 3');
    const headers = { 'idempotency-key': 'key-1' };
    await refused.query({ headers });
    const token = await refused.token();
    await gateway.official().token();
    const release = evidence.hold();
    const flood = gateway.connect(gateway.access.agencies.cgm, 300);
    const conflict = { headers, caseReference: '2026/119' };
    const refusals = [flood.query(token, conflict)];
    await until(() => evidence.begun === 3, 'the commit of the first refusal');
    // More than one commit takes.
    for (let round = 0; round < 299; round++) refusals.push(flood.query(token, conflict));
    await until(() => evidence.looked === 301, 'every refusal in the queue');
    const answer = gateway.official().query();
    await gateway.sourceAsked(2);
    release();
    expect(codeOf(await answer)).toBe('answered');
    expect(new Set((await Promise.all(refusals)).map(codeOf))).toEqual(new Set(['IDEMPOTENCY_CONFLICT']));
    const { log } = gateway.administration;
    const index = log.leafOf(queryIdOf(await answer))?.index ?? Infinity;
    const commits = [...log.roots()].map(({ size }) => size);
    // Two acts and the first answer stand before the refusal whose commit was held; the answer is in the next one.
    const held = commits.indexOf(4);
    expect(held).toBeGreaterThan(0);
    expect(index).toBeLessThan(commits[held + 1] ?? 0);
    expect(commits.length).toBeGreaterThan(held + 2);
  });
});
