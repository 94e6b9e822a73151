import { describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/shared/problem.ts';
import { realmCertificates } from '../../support/gateway-realm.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { startGateway } from '../../support/start-gateway.ts';

/** All that a partner can compare: status, headers and body, but for what differs in every answer. */
function shown(answer: ClientAnswer): unknown {
  const instance = String(answer.json()['instance']);
  expect(instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  const headers = { ...answer.headers, date: '' };
  return { status: answer.status, headers, text: answer.text.replace(instance, '') };
}

describe('an answer that must tell little', () => {
  test('is the same for an agreement that is unknown and one to which the agency is no party [R002-002]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official('of an agency that is not a party');
    const foreign = await official.query();
    const unknown = await official.query({ agreement: 'tr-iskur-cgm-2099' });
    const malformed = await official.query({ agreement: 'x', body: 'not json' });
    expect(foreign.json()['code']).toBe('AGREEMENT_NOT_FOUND');
    expect(shown(foreign)).toEqual(shown(unknown));
    expect(shown(malformed)).toEqual(shown(unknown));
    // The provider must be able to tell them apart, the caller's own words apart from the leaf.
    expect(gateway.recordOf(foreign)?.agreement).toBeNull();
    expect(gateway.personalOf(foreign).content).toMatchObject({ asked: { agreement: 'tr-iskur-cgm-2024' } });
  });

  test('is the same whatever is wrong with a token [R002-026]', async () => {
    await using gateway = await startGateway();
    const token = await gateway.official().token();
    const foreign = await gateway.official('of an agency that is not a party').token();
    const asked = [
      await gateway.official().query({ token: null }),
      await gateway.official().query({ token: 'A'.repeat(43) }),
      await gateway.official().query({ token: foreign }),
      await gateway.official().query({ token, headers: { authorization: `Basic ${token}` } }),
    ];
    gateway.clock.advance(gateway.settings.tokenSeconds * 1000);
    asked.push(await gateway.official().query({ token }));
    const [first, ...others] = asked.map(shown);
    expect(first).toMatchObject({ status: 401 });
    for (const other of others) expect(other).toEqual(first);
    expect(gateway.records().map(({ code }) => code)).toEqual(Array(5).fill('OFFICIAL_NOT_RECOGNISED'));
  });

  test('is the same for a revoked certificate and one that nobody registered', async () => {
    await using gateway = await startGateway();
    const { stranger } = await realmCertificates();
    const token = await gateway.official().token();
    const unregistered = await gateway.connect(stranger).query(token);
    const { fingerprint } = gateway.access.agencies.cgm;
    await gateway.act('agency.revoke', { kind: 'revoke-certificate', fingerprint, at: gateway.clock.now() });
    const revoked = await gateway.official().query();
    expect(shown(revoked)).toEqual(shown(unregistered));
    expect(gateway.records()).toMatchObject([{ code: 'AGENCY_NOT_RECOGNISED', agency: 'cgm' }]);
  });

  test('is the same for every way in which a source fails', async () => {
    await using gateway = await startGateway();
    const asked = [];
    for (const cause of ['time-limit', 'SQLITE_CORRUPT', new Error('connect 10.1.2.3:1433')]) {
      gateway.source.failWith(new GatewayError('SOURCE_UNAVAILABLE', { cause }));
      asked.push(await gateway.official().query());
    }
    const [first, ...others] = asked.map(shown);
    expect(first).toMatchObject({ status: 503 });
    for (const other of others) expect(other).toEqual(first);
  });

  test('is the same for a wrong secret, an unknown client and the client of another agency', async () => {
    await using gateway = await startGateway();
    const { clientId, clientSecret } = gateway.official().listed;
    const foreign = gateway.official('of an agency that is not a party').listed;
    const cgm = gateway.agency('cgm');
    const asked = [
      await cgm.askToken(clientId, `${clientSecret}x`),
      await cgm.askToken('cgm-0000000000', clientSecret),
      await cgm.askToken(foreign.clientId, foreign.clientSecret),
      await cgm.askToken('', ''),
    ];
    const [first, ...others] = asked.map(({ status, text, headers }) => ({
      status,
      text,
      headers: { ...headers, date: '' },
    }));
    expect(first).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('Basic') },
    });
    for (const other of others) expect(other).toEqual(first);
    expect(gateway.records().map(({ type, code, agency }) => [type, code, agency])).toEqual(
      Array(4).fill(['refusal', 'OFFICIAL_NOT_RECOGNISED', 'cgm']),
    );
  });
});
