import { describe, expect, test } from '@jest/globals';
import { type IdempotencyRecord } from '../../../../src/gateway/commit/evidence-store.ts';
import { checkPurpose } from '../../../../src/gateway/steps/check-purpose.ts';
import { checkRequest } from '../../../../src/gateway/steps/check-request.ts';
import { recallRequest } from '../../../../src/gateway/steps/recall-request.ts';
import {
  aBody,
  anExchange,
  aRequest,
  type ReadyExchange,
  SUBJECT,
} from '../../../support/exchange-builder.ts';
import { anAuthority, anOfficial, NOON, TEST_HASHER } from '../../../support/people-builder.ts';
import { errorOf, refusalOf } from '../../../support/refusal.ts';

function asking(value: unknown, overrides: Partial<ReadyExchange> = {}): ReadyExchange {
  return anExchange({ request: aRequest({ body: { kind: 'json', value } }), ...overrides });
}

describe('check-purpose', () => {
  const run = async (purpose: unknown, purposes = ['permit-check']): Promise<string> =>
    refusalOf(() => checkPurpose.run(asking(aBody({ purpose }), { authority: anAuthority({ purposes }) })));

  test('accepts a purpose of the operation that is granted to the person [R002-015]', () => {
    expect(checkPurpose.run(anExchange())).toEqual({ purpose: 'permit-check' });
  });

  test('refuses a purpose that the agreement does not list, even one granted by mistake [R002-015]', async () => {
    expect(await run('marketing')).toBe('PURPOSE_NOT_AGREED');
    expect(await run('marketing', ['marketing'])).toBe('PURPOSE_NOT_AGREED');
    expect(await run('Permit-Check')).toBe('PURPOSE_NOT_AGREED');
  });

  test('refuses a purpose of the agreement that is not granted to this person [R002-019]', async () => {
    expect(await run('child-protection')).toBe('PURPOSE_NOT_AGREED');
    expect(await run('permit-check', [])).toBe('PURPOSE_NOT_AGREED');
  });

  test.each([[undefined], [''], [null], [['permit-check']], [5]])(
    'takes a purpose of %j for a malformed request and lists its other faults too [R002-015]',
    async (purpose) => {
      const body = aBody({ purpose, caseReference: undefined });
      const error = await errorOf(() => checkPurpose.run(asking(body)));
      expect(error.code).toBe('REQUEST_INVALID');
      expect(error.errors.map((fault) => fault.pointer)).toEqual(['/purpose', '/caseReference']);
    },
  );

  test.each([[null], [[]], ['permit-check']])('refuses a body of %j', async (body) => {
    expect(await refusalOf(() => checkPurpose.run(asking(body)))).toBe('REQUEST_INVALID');
  });

  test('does not take an inherited member for the purpose', async () => {
    const body: unknown = Object.assign(Object.create({ purpose: 'permit-check' }) as object, { input: {} });
    expect(await refusalOf(() => checkPurpose.run(asking(body)))).toBe('REQUEST_INVALID');
  });

  test.each(['REQUEST_INVALID', 'PAYLOAD_TOO_LARGE', 'MEDIA_TYPE_NOT_SUPPORTED'] as const)(
    'refuses a body that could not be read with its own code: %s',
    async (code) => {
      const errors = [{ pointer: '/a', messages: { tr: 'iki kez', en: 'twice' } }];
      const request = aRequest({ body: { kind: 'unusable', code, errors } });
      const error = await errorOf(() => checkPurpose.run(anExchange({ request })));
      expect(error).toMatchObject({ code, errors });
    },
  );
});

describe('check-request', () => {
  test('passes the input and the case reference on [R002-019]', () => {
    expect(checkRequest.run(anExchange())).toEqual({ input: { tckn: SUBJECT }, caseReference: '2026/118' });
  });

  test('lists every fault of a request', async () => {
    const error = await errorOf(async () => checkRequest.run(asking({ purpose: 'permit-check', more: 1 })));
    expect(error.code).toBe('REQUEST_INVALID');
    expect(error.errors.map((fault) => fault.pointer)).toEqual(['/more', '/input', '/caseReference']);
  });

  test('refuses a body that is not JSON', async () => {
    const request = aRequest({ body: { kind: 'unusable', code: 'REQUEST_INVALID', errors: [] } });
    expect(await refusalOf(async () => checkRequest.run(anExchange({ request })))).toBe('REQUEST_INVALID');
  });
});

describe('recall-request', () => {
  const withKey = (overrides: Partial<ReadyExchange> = {}): ReadyExchange =>
    anExchange({ request: aRequest({ idempotencyKey: 'key-1' }), ...overrides });
  const remembering = (known: IdempotencyRecord | undefined) =>
    recallRequest({
      hasher: TEST_HASHER,
      find: async (key) => Promise.resolve(known?.key === key ? known : undefined),
    });
  const first = async (overrides: Partial<ReadyExchange> = {}): Promise<IdempotencyRecord> => {
    const { retryKey } = await remembering(undefined).run(withKey(overrides));
    if (retryKey === null) throw new Error('no key');
    return { ...retryKey, queryId: 'q', expiresAt: NOON + 1 };
  };

  test('remembers nothing without a key', async () => {
    expect(await remembering(undefined).run(anExchange())).toEqual({ retryKey: null, repeats: false });
  });

  test('knows the same request again', async () => {
    const known = await first();
    expect(await remembering(known).run(withKey())).toMatchObject({ repeats: true });
  });

  test('takes the order of the input for no difference', async () => {
    const known = await first({ input: { tckn: SUBJECT, child: 'x' } });
    const again = await remembering(known).run(withKey({ input: { child: 'x', tckn: SUBJECT } }));
    expect(again.repeats).toBe(true);
  });

  test.each<[string, Partial<ReadyExchange>]>([
    ['another person asked about', { input: { tckn: '10000000146' } }],
    ['another purpose', { purpose: 'child-protection' }],
    ['another case', { caseReference: '2026/119' }],
    ['another operation', { request: aRequest({ idempotencyKey: 'key-1', operationId: 'other' }) }],
    ['another agreement', { request: aRequest({ idempotencyKey: 'key-1', agreementId: 'other' }) }],
  ])('refuses the key with %s', async (_what, change) => {
    const known = await first();
    expect(await refusalOf(async () => remembering(known).run(withKey(change)))).toBe('IDEMPOTENCY_CONFLICT');
  });

  test("does not know another person's request by its key", async () => {
    const known = await first();
    const other = withKey({ official: anOfficial({ id: 'official-2' }) });
    expect(await remembering(known).run(other)).toMatchObject({ repeats: false });
  });

  test('keeps neither the key nor the number asked for, only keyed hashes [R002-080]', async () => {
    const known = await first();
    expect(known.key).toMatch(/^[0-9a-f]{64}$/);
    expect(known.requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(known.requestHash).not.toBe(known.key);
  });
});
