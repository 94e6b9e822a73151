import { describe, expect, test } from '@jest/globals';
import { codeOf, type QueryChange } from '../../support/gateway-client.ts';
import { type GatewayOptions, startGateway } from '../../support/start-gateway.ts';

const BAD_NUMBER = { tckn: '12345678901' };
const BAD_PURPOSE = { purpose: 'istatistik' };
const TOO_LARGE = { body: `{"filler":"${'x'.repeat(20_000)}"}` };
const NOT_JSON = { headers: { 'content-type': 'text/plain' } };

type Row = readonly [both: string, about: string, change: QueryChange, code: string];

const ROWS: readonly Row[] = [
  ['no token, unknown agreement', 'may query', { token: null, agreement: 'x' }, 'OFFICIAL_NOT_RECOGNISED'],
  ['no token, too large a body', 'may query', { token: null, ...TOO_LARGE }, 'OFFICIAL_NOT_RECOGNISED'],
  [
    'unknown agreement, unknown operation',
    'may query',
    { agreement: 'x', operation: 'x' },
    'AGREEMENT_NOT_FOUND',
  ],
  [
    'unknown operation, wrong address',
    'may query from 127.0.0.2',
    { operation: 'x' },
    'OPERATION_NOT_AGREED',
  ],
  ['wrong address, unknown purpose', 'may query from 127.0.0.2', BAD_PURPOSE, 'ADDRESS_NOT_ALLOWED'],
  ['ended authority, unknown purpose', 'authority has ended', BAD_PURPOSE, 'OFFICIAL_NOT_AUTHORISED'],
  ['no undertaking, no JSON', 'without undertaking', NOT_JSON, 'UNDERTAKING_REQUIRED'],
  ['no training, too large a body', 'without training', TOO_LARGE, 'TRAINING_REQUIRED'],
  [
    'too large a body of another type',
    'may query',
    { ...TOO_LARGE, ...NOT_JSON },
    'MEDIA_TYPE_NOT_SUPPORTED',
  ],
  ['unknown purpose, wrong number', 'may query', { ...BAD_PURPOSE, ...BAD_NUMBER }, 'PURPOSE_NOT_AGREED'],
];

const NOT_IN_FORCE: GatewayOptions = { activation: { suspendedAt: 1 } };

describe('where two problems meet, the order of the pipeline decides', () => {
  test.each(ROWS)('%s', async (_both, about, change, code) => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official(about).query(change))).toBe(code);
    expect(gateway.source.asked).toEqual([]);
  });

  test('an agreement not in force stands before the address and after the operation', async () => {
    await using gateway = await startGateway(NOT_IN_FORCE);
    const official = gateway.official('may query from 127.0.0.2');
    expect(codeOf(await official.query())).toBe('AGREEMENT_NOT_IN_FORCE');
    expect(codeOf(await official.query({ operation: 'x' }))).toBe('OPERATION_NOT_AGREED');
  });

  test('a clock that ran back stands before the term of the agreement', async () => {
    await using gateway = await startGateway(NOT_IN_FORCE);
    await gateway.official().token();
    gateway.clock.advance(-6_000);
    expect(codeOf(await gateway.official().query())).toBe('CLOCK_UNRELIABLE');
  });

  test('stale evidence stands after the clock and before the term of the agreement', async () => {
    await using gateway = await startGateway({ ...NOT_IN_FORCE, evidenceStale: () => true });
    expect(codeOf(await gateway.official().query())).toBe('EVIDENCE_STALE');
    gateway.clock.advance(-6_000);
    expect(codeOf(await gateway.official().query())).toBe('CLOCK_UNRELIABLE');
  });

  test('a malformed request stands before the quota, which stands before the source', async () => {
    await using gateway = await startGateway();
    const official = gateway.official('has a daily quota of 3');
    const headers = { 'idempotency-key': 'key-1' };
    for (let round = 0; round < 3; round++) await official.query(round === 0 ? { headers } : {});
    gateway.source.failWith();
    expect(codeOf(await official.query(BAD_NUMBER))).toBe('REQUEST_INVALID');
    expect(codeOf(await official.query({ headers, caseReference: '1' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(codeOf(await official.query())).toBe('QUOTA_EXCEEDED');
    expect(gateway.source.asked).toHaveLength(3);
  });

  test('a missing purpose is a malformed request, and all its faults are named at once [R002-079]', async () => {
    await using gateway = await startGateway();
    const answer = await gateway.official().query({ body: '{"input":{"tckn":"1","ad":"x"},"more":1}' });
    expect(codeOf(answer)).toBe('REQUEST_INVALID');
    const errors = answer.json()['errors'] as { pointer: string }[];
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/caseReference',
      '/input/ad',
      '/input/tckn',
      '/more',
      '/purpose',
    ]);
    expect(gateway.source.asked).toEqual([]);
  });
});
