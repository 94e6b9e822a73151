import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ProblemCode, PROBLEMS } from '../../../src/shared/problem.ts';
import { PROBLEM_MESSAGES } from '../../../src/shared/problem-messages.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { PURPOSE, realmCertificates } from '../../support/gateway-realm.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { until } from '../../support/gateway-process.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { NOON } from '../../support/people-builder.ts';
import { queryIdOf } from '../../support/prove-recorded.ts';
import { ForeignLog } from '../../support/witness-rig.ts';
import { BreakableEvidence } from './breakable-evidence.ts';

type Ask = (gateway: TestGateway) => Promise<ClientAnswer>;

/** How a partner meets each problem. A code of the catalogue without a way does not compile. */
const WAYS: Readonly<Record<ProblemCode, Ask>> = {
  AGENCY_NOT_RECOGNISED: async (gateway) => {
    const { fingerprint } = gateway.access.agencies.cgm;
    await gateway.official().token();
    await gateway.act('agency.revoke', { kind: 'revoke-certificate', fingerprint, at: gateway.clock.now() });
    // The first query meets the revocation at the latest when it is committed.
    return gateway.official().query();
  },
  REVOCATION_UNKNOWN: async (gateway) => {
    await gateway.official().token();
    gateway.clock.advance(60_000);
    return gateway.official().query();
  },
  OFFICIAL_NOT_RECOGNISED: async (gateway) => gateway.official().query({ token: null }),
  AGREEMENT_NOT_FOUND: async (gateway) => gateway.official().query({ agreement: 'no-such-agreement' }),
  AGREEMENT_NOT_IN_FORCE: async (gateway) => {
    await gateway.activate({ suspendedAt: gateway.clock.now() });
    return gateway.official().query();
  },
  OPERATION_NOT_AGREED: async (gateway) => gateway.official().query({ operation: 'araci-liste' }),
  ADDRESS_NOT_ALLOWED: async (gateway) => gateway.official('may query from 127.0.0.2').query(),
  OFFICIAL_NOT_AUTHORISED: async (gateway) => gateway.official('authority has ended').query(),
  UNDERTAKING_REQUIRED: async (gateway) => gateway.official('without undertaking').query(),
  TRAINING_REQUIRED: async (gateway) => gateway.official('without training').query(),
  PURPOSE_NOT_AGREED: async (gateway) => gateway.official().query({ purpose: 'baska-bir-amac' }),
  REQUEST_INVALID: async (gateway) => gateway.official().query({ tckn: '11111111112' }),
  QUOTA_EXCEEDED: async (gateway) => {
    const official = gateway.official('has a daily quota of 3');
    for (let round = 0; round < 3; round++) await official.query();
    return official.query();
  },
  RATE_LIMITED: async (gateway) => gateway.official().query(),
  SOURCE_UNAVAILABLE: async (gateway) => {
    gateway.source.failWith();
    return gateway.official().query();
  },
  SOURCE_ANSWER_INVALID: async (gateway) => {
    gateway.source.answerWith({ adSoyad: 'yalnız ad' });
    return gateway.official().query();
  },
  AUDIT_NOT_DURABLE: async (gateway) => {
    await gateway.official().token();
    const release = EVIDENCE.hold();
    const answer = await gateway.official().query();
    release();
    await until(() => gateway.records().some(({ type }) => type === 'not-delivered'), 'the record');
    return answer;
  },
  CLOCK_UNRELIABLE: async (gateway) => {
    await gateway.official().token();
    gateway.clock.advance(-5_001);
    return gateway.official().query();
  },
  EVIDENCE_STALE: async (gateway) => {
    await gateway.official().token();
    return gateway.official().query();
  },
  OVERLOADED: async (gateway) => {
    await gateway.official().token();
    const release = gateway.source.hold();
    const first = gateway.official().query();
    await gateway.sourceAsked(1);
    const second = await gateway.official().query();
    release();
    expect(codeOf(await first)).toBe('answered');
    return second;
  },
  IDEMPOTENCY_CONFLICT: async (gateway) => {
    const headers = { 'idempotency-key': 'key-1' };
    await gateway.official().query({ headers });
    return gateway.official().query({ headers, caseReference: '2026/119' });
  },
  RECEIPT_NOT_FOUND: async (gateway) => gateway.agency('cgm').send({ path: `/v1/receipts/${randomUUID()}` }),
  CHECKPOINT_NOT_FOUND: async (gateway) => gateway.agency('cgm').send({ path: '/v1/log/checkpoint/999999' }),
  WITNESS_UNCERTAIN: async (gateway) => {
    const ask = { method: 'POST', path: '/witness/v1/add-checkpoint' };
    expect((await gateway.agency('cgm').send({ ...ask, body: FOREIGN.request(0, 5) })).status).toBe(200);
    rmSync(join(gateway.settings.folders.logs, 'evidence', 'witnessed'), { recursive: true });
    return gateway.agency('cgm').send({ ...ask, body: FOREIGN.request(5, 6) });
  },
  ROUTE_NOT_FOUND: async (gateway) => gateway.agency('cgm').send({ path: '/v1/agreements' }),
  PAYLOAD_TOO_LARGE: async (gateway) =>
    gateway.official().query({ body: JSON.stringify({ purpose: PURPOSE, filler: 'x'.repeat(20_000) }) }),
  MEDIA_TYPE_NOT_SUPPORTED: async (gateway) =>
    gateway.official().query({ headers: { 'content-type': 'text/xml' } }),
  INTERNAL_ERROR: async (gateway) => {
    gateway.source.failWith(new Error('nobody foresaw this'));
    return gateway.official().query();
  },
};

const FOREIGN = new ForeignLog({ size: 6 });

const EVIDENCE = new BreakableEvidence();

const OPTIONS: Readonly<Partial<Record<ProblemCode, GatewayOptions>>> = {
  // Fetching the token is the one request that passes.
  RATE_LIMITED: { burst: { size: 1, perSecond: 1 } },
  REVOCATION_UNKNOWN: { lists: { issuedAt: NOON - 1000, nextUpdate: NOON + 60_000 } },
  AUDIT_NOT_DURABLE: { limits: { recordMilliseconds: 100 }, evidence: EVIDENCE.wrap },
  WITNESS_UNCERTAIN: { witnessedLogs: `${FOREIGN.policyLine}\nquorum none\n` },
  EVIDENCE_STALE: { evidenceStale: () => true },
  OVERLOADED: { limits: { exchanges: 1, exchangesPerAgency: 1 } },
};

const RETRY: Readonly<Partial<Record<ProblemCode, string>>> = {
  QUOTA_EXCEEDED: String(12 * 3600),
  RATE_LIMITED: '1',
  REVOCATION_UNKNOWN: '60',
  SOURCE_UNAVAILABLE: '5',
  AUDIT_NOT_DURABLE: '5',
  EVIDENCE_STALE: '5',
  WITNESS_UNCERTAIN: '5',
  CLOCK_UNRELIABLE: '5',
  OVERLOADED: '1',
};

describe('every problem of the catalogue', () => {
  test.each(Object.keys(WAYS) as ProblemCode[])(
    '%s reaches the partner over TLS, and its record has the same code [R002-081]',
    async (code) => {
      await using gateway = await startGateway(OPTIONS[code]);
      const answer = await WAYS[code](gateway);
      const { status, kind, tells } = PROBLEMS[code];
      expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
      expect(answer.json()).toMatchObject({
        type: `urn:gecit:problem:${code}`,
        status,
        code,
        messages: PROBLEM_MESSAGES[code],
      });
      expect(answer.json()).not.toHaveProperty('data');
      expect(answer.headers['retry-after']).toBe(RETRY[code]);
      expect(answer.headers['www-authenticate'] !== undefined).toBe(status === 401);
      if (tells === 'little') expect(answer.json()['errors']).toEqual([]);
      const record =
        code === 'AUDIT_NOT_DURABLE'
          ? gateway.records().find(({ about }) => about === queryIdOf(answer))
          : gateway.recordOf(answer);
      const type = kind === 'fault' ? 'failure' : 'refusal';
      expect(record).toMatchObject({
        type: code === 'AUDIT_NOT_DURABLE' ? 'not-delivered' : type,
        code,
        agency: 'cgm',
        outcome: null,
        answer: null,
      });
    },
  );

  test('has a way here, so that a new code needs one', () => {
    expect(Object.keys(WAYS).sort()).toEqual(Object.keys(PROBLEMS).sort());
  });
});

describe('a certificate that nobody registered', () => {
  test('gets what a revoked one gets, is counted in the log, and leaves no leaf [R002-002]', async () => {
    await using gateway = await startGateway();
    const { stranger } = await realmCertificates();
    const client = gateway.connect(stranger);
    const token = await gateway.official().token();
    const answers = [await client.query(token), await client.query(token), await client.send({ path: '/' })];
    expect(answers.map(codeOf)).toEqual(Array(3).fill('AGENCY_NOT_RECOGNISED'));
    expect(gateway.records()).toEqual([]);
    expect(gateway.logger.named('agency.unknown-certificate')).toEqual([
      { certificate: stranger.fingerprint, address: '127.0.0.1', attempts: 1 },
    ]);
    expect(gateway.source.asked).toEqual([]);
  });

  test('is let in within a second of being registered, without a restart', async () => {
    await using gateway = await startGateway();
    const { stranger } = await realmCertificates();
    const client = gateway.connect(stranger);
    const { clientId, clientSecret } = gateway.official().listed;
    const { fingerprint, subject, validTo } = stranger;
    await gateway.act('agency.cert', {
      kind: 'add-certificate',
      certificate: { fingerprint, agencyId: 'cgm', subject, validTo, revokedAt: null },
    });
    let token: unknown;
    await until(async () => {
      token = (await client.askToken(clientId, clientSecret)).json()['access_token'];
      return token !== undefined;
    }, 'a token');
    expect(codeOf(await client.query(String(token)))).toBe('answered');
  });
});
