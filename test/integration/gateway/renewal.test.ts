import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { NOON } from '../../support/people-builder.ts';
import { type ListContent, serialNumber } from '../../support/revocation-list.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const HOUR = 3_600_000;
const EMPTY: ListContent = { issuedAt: NOON - HOUR, nextUpdate: NOON + HOUR };

/** A newer list that names the agency's certificate. */
function revoking(gateway: TestGateway): ListContent {
  const { certificate } = gateway.access.agencies.cgm;
  return { ...EMPTY, issuedAt: NOON - 1000, serials: [serialNumber(certificate)] };
}

async function readiness(gateway: TestGateway): Promise<[status: number, body: Record<string, unknown>]> {
  const answer = await fetch(`${gateway.running.opsUrl}/readyz`);
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

describe("a certificate that its authority's list revokes", () => {
  test('is refused with the next request over the open connection, which is recorded and then closed [R002-021]', async () => {
    await using gateway = await startGateway({ lists: EMPTY });
    const official = gateway.official();
    const answered = await official.query();
    expect([codeOf(answered), answered.headers.connection]).toEqual(['answered', 'keep-alive']);
    await gateway.putLists(revoking(gateway));
    const refused = await official.query();
    expect([codeOf(refused), refused.headers.connection]).toEqual(['AGENCY_NOT_RECOGNISED', 'close']);
    const code = 'AGENCY_NOT_RECOGNISED';
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', code, agency: 'cgm' });
    expect(codeOf(await gateway.agency('iskur').send({ path: '/' }))).toBe('ROUTE_NOT_FOUND');
  });

  test('is refused on a new connection too, with a code and a record', async () => {
    await using gateway = await startGateway({ lists: EMPTY });
    await gateway.putLists(revoking(gateway));
    const refused = await gateway.agency('cgm').query('any-token');
    expect(codeOf(refused)).toBe('AGENCY_NOT_RECOGNISED');
    expect(gateway.recordOf(refused)).toMatchObject({ code: 'AGENCY_NOT_RECOGNISED', agency: 'cgm' });
  });

  test('gets no answer that was under way when the list came, and no quota is used [R002-021]', async () => {
    await using gateway = await startGateway({ lists: EMPTY });
    const official = gateway.official();
    await official.token();
    const release = gateway.source.hold();
    const underWay = official.query();
    await gateway.sourceAsked(1);
    await gateway.putLists(revoking(gateway));
    release();
    const refused = await underWay;
    expect(codeOf(refused)).toBe('AGENCY_NOT_RECOGNISED');
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', answer: null });
    expect(await gateway.administration.countersOn('2026-03-02')).toEqual([]);
  });
});

describe('a list of revoked certificates', () => {
  test('that is overdue lets nobody in, says so to whoever watches, and the next one ends it', async () => {
    await using gateway = await startGateway({ lists: { ...EMPTY, nextUpdate: NOON + 60_000 } });
    const official = gateway.official();
    await official.token();
    gateway.clock.advance(59_999);
    expect(codeOf(await official.query())).toBe('answered');
    gateway.clock.advance(1);
    expect(codeOf(await official.query())).toBe('REVOCATION_UNKNOWN');
    expect(codeOf(await official.query())).toBe('REVOCATION_UNKNOWN');
    const [status, { failed, tls }] = await readiness(gateway);
    expect([status, failed]).toEqual([503, ['certificates']]);
    expect(tls).toMatchObject({ listsUntil: new Date(NOON + 60_000).toISOString() });
    await gateway.putLists({ ...EMPTY, issuedAt: NOON + 60_000 });
    expect(codeOf(await official.query())).toBe('answered');
    expect((await readiness(gateway))[0]).toBe(200);
  });

  test.each<[string, (gateway: TestGateway) => Promise<void>]>([
    ['TLS_CRL_OLDER', async (gateway) => gateway.putLists({ ...EMPTY, issuedAt: NOON - 2 * HOUR })],
    ['TLS_CRL_OVERDUE', async (gateway) => gateway.putLists({ ...EMPTY, nextUpdate: NOON })],
    [
      'TLS_CRL_INVALID',
      async (gateway) => {
        writeFileSync(gateway.settings.partner.crl ?? '', 'half a fi');
        gateway.running.reload();
        return Promise.resolve();
      },
    ],
  ])('that is not usable leaves the last one in force, and is shown: %s', async (code, put) => {
    await using gateway = await startGateway({ lists: EMPTY });
    await gateway.putLists(revoking(gateway));
    await put(gateway);
    expect(codeOf(await gateway.agency('cgm').query('any-token'))).toBe('AGENCY_NOT_RECOGNISED');
    expect(gateway.logger.named('tls.files-refused')).toMatchObject([{ codes: [code] }]);
    const [status, { tls }] = await readiness(gateway);
    expect([status, tls]).toMatchObject([200, { refused: [code] }]);
    await gateway.putLists({ ...EMPTY, issuedAt: NOON });
    expect((await readiness(gateway))[1]).toMatchObject({ tls: { refused: [] } });
  });
});

describe('an authority that is not trusted any more', () => {
  test('takes its certificates with it, on open connections too, until it is trusted again [R002-021]', async () => {
    await using gateway = await startGateway();
    const { clientCa } = gateway.settings.partner;
    const official = gateway.official();
    const answered = await official.query();
    expect([codeOf(answered), answered.headers.connection]).toEqual(['answered', 'keep-alive']);
    writeFileSync(clientCa, testCertificates().ca.certificate);
    gateway.running.reload();
    const refused = await official.query();
    expect(codeOf(refused)).toBe('AGENCY_NOT_RECOGNISED');
    expect(gateway.recordOf(refused)).toMatchObject({ code: 'AGENCY_NOT_RECOGNISED', agency: 'cgm' });
    await expect(official.query()).rejects.toThrow();
    writeFileSync(clientCa, testCertificates().ca.certificate + gateway.access.ca);
    gateway.running.reload();
    expect(codeOf(await official.query())).toBe('answered');
  });
});
