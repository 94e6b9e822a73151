import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { startGateway } from '../../support/start-gateway.ts';

/** The scenario of quotas makes a thousand, against a process. */
describe('300 calls at once by an official with a quota of 100', () => {
  test('give exactly 100 answers, 200 refusals and 300 records [R002-031] [R002-081]', async () => {
    await using gateway = await startGateway();
    const token = await gateway.official('may query, with a daily quota of 100').token();
    const client = gateway.connect(gateway.access.agencies.cgm, 250);
    const answers = await Promise.all(Array.from({ length: 300 }, async () => client.query(token)));
    const codes = answers.map(codeOf);
    expect(codes.filter((code) => code === 'answered')).toHaveLength(100);
    expect(codes.filter((code) => code === 'QUOTA_EXCEEDED')).toHaveLength(200);
    const records = gateway.records();
    expect(records).toHaveLength(300);
    expect(records.filter(({ type }) => type === 'disclosure')).toHaveLength(100);
    expect(new Set(records.map(({ queryId }) => queryId)).size).toBe(300);
    const counters = await gateway.administration.countersOn('2026-03-02');
    expect(counters.map(({ used }) => used)).toEqual([100, 100, 100]);
    const remaining = answers.flatMap(
      ({ headers }) => /r=(\d+)/.exec(String(headers['ratelimit']))?.[1] ?? [],
    );
    const left = remaining.filter((_, place) => codes[place] === 'answered').map(Number);
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, place) => place));
  });
});
