import { describe, expect, test } from '@jest/globals';
import { type RegisterChange } from '../../../src/gateway/register-change.ts';
import { codeOf, type OfficialClient } from '../../support/gateway-client.ts';
import { AGREEMENT } from '../../support/gateway-realm.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

/** What an operator may take back while partners are connected, and what the next call then meets. */
const TAKEN_BACK: Readonly<Record<string, readonly [code: string, take: Take]>> = {
  'the certificate of the agency': [
    'AGENCY_NOT_RECOGNISED',
    async (gateway) => {
      const { fingerprint } = gateway.access.agencies.cgm;
      return Promise.resolve({ kind: 'revoke-certificate', fingerprint, at: gateway.clock.now() });
    },
  ],
  "the official's authority": [
    'OFFICIAL_NOT_AUTHORISED',
    async (gateway, official) => {
      const { id } = await gateway.registered(official);
      return { kind: 'end-authority', officialId: id, agreementId: AGREEMENT, at: gateway.clock.now() };
    },
  ],
  'the agreement, suspended': [
    'AGREEMENT_NOT_IN_FORCE',
    async (gateway) => {
      const activation = (await gateway.administration.standing()).activation(AGREEMENT);
      if (activation === undefined) throw new Error('nothing is activated');
      return { kind: 'set-activation', activation: { ...activation, suspendedAt: gateway.clock.now() } };
    },
  ],
};

type Take = (gateway: TestGateway, official: OfficialClient) => Promise<RegisterChange>;

describe('an access token', () => {
  test('is worth nothing with the certificate of another agency [R002-026]', async () => {
    await using gateway = await startGateway();
    const token = await gateway.official().token();
    const stolen = await gateway.agency('other').query(token);
    expect(codeOf(stolen)).toBe('OFFICIAL_NOT_RECOGNISED');
    expect(gateway.recordOf(stolen)).toMatchObject({ agency: 'other', proof: null });
    expect(codeOf(await gateway.official().query())).toBe('answered');
  });

  test('holds for its life to the millisecond, and a new one is given after it', async () => {
    await using gateway = await startGateway({ tokenSeconds: 600 });
    const official = gateway.official();
    await official.token();
    gateway.clock.advance(599_999);
    expect(codeOf(await official.query())).toBe('answered');
    gateway.clock.advance(1);
    expect(codeOf(await official.query())).toBe('OFFICIAL_NOT_RECOGNISED');
    official.forgetToken();
    expect(codeOf(await official.query())).toBe('answered');
  });

  test('outlives a restart of the gateway', async () => {
    await using gateway = await startGateway();
    const token = await gateway.official().token();
    await gateway.restart();
    expect(codeOf(await gateway.official().query({ token }))).toBe('answered');
  });

  test('names the person who asks: without one there is no data [R002-027]', async () => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official().query({ token: null }))).toBe('OFFICIAL_NOT_RECOGNISED');
    expect(gateway.source.asked).toEqual([]);
  });
});

describe.each(Object.entries(TAKEN_BACK))('when an operator takes back %s', (_what, [code, take]) => {
  test('the next call over the open connection is refused [R002-021]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const answered = await official.query();
    expect([codeOf(answered), answered.headers.connection]).toEqual(['answered', 'keep-alive']);
    await gateway.act('agency.revoke', await take(gateway, official));
    const refused = await official.query();
    expect(codeOf(refused)).toBe(code);
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', code, agency: 'cgm' });
  });

  test('an answer that is under way does not leave, and costs no quota [R002-021]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    await official.token();
    const release = gateway.source.hold();
    const underWay = official.query();
    await gateway.sourceAsked(1);
    await gateway.act('agency.revoke', await take(gateway, official));
    release();
    const refused = await underWay;
    expect(codeOf(refused)).toBe(code);
    expect(refused.text).not.toContain('adSoyad');
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', code, answer: null, outcome: null });
    expect(await gateway.administration.countersOn('2026-03-02')).toEqual([]);
  });
});

describe('the address of a caller', () => {
  const FORGED = {
    'x-forwarded-for': '127.0.0.2',
    forwarded: 'for=127.0.0.2',
    'x-real-ip': '127.0.0.2',
    'cf-connecting-ip': '127.0.0.2',
    via: '1.1 127.0.0.2',
  };

  test("is the connection's: no header opens the door, and none closes it [R002-028]", async () => {
    await using gateway = await startGateway();
    const elsewhere = await gateway.official('may query from 127.0.0.2').query({ headers: FORGED });
    expect(codeOf(elsewhere)).toBe('ADDRESS_NOT_ALLOWED');
    expect(gateway.personalOf(elsewhere).content).toMatchObject({ address: '127.0.0.1' });
    const headers = { ...FORGED, 'x-forwarded-for': '10.0.0.1' };
    expect(codeOf(await gateway.official().query({ headers }))).toBe('answered');
  });

  test('does not matter to the token endpoint, only to what the token is used for', async () => {
    await using gateway = await startGateway();
    const { clientId, clientSecret } = gateway.official('may query from 127.0.0.2').listed;
    expect((await gateway.agency('cgm').askToken(clientId, clientSecret)).status).toBe(200);
  });
});

describe('what the agreement does not list', () => {
  test.each([
    ['a list of intermediaries [R002-044]', 'araci-liste'],
    ['another operation [R002-017]', 'araci-sorgu-2'],
    ['an operation whose name is that of a member of every object [R002-042]', 'constructor'],
  ])('%s cannot be asked', async (_what, operation) => {
    await using gateway = await startGateway();
    const refused = await gateway.official().query({ operation });
    expect(codeOf(refused)).toBe('OPERATION_NOT_AGREED');
    // The caller's own words stand in the sealed part, never in the leaf.
    expect(gateway.recordOf(refused)).toMatchObject({ agreement: AGREEMENT, operation: null });
    expect(gateway.personalOf(refused).content).toMatchObject({ asked: { operation } });
    expect(gateway.source.asked).toEqual([]);
  });

  test('the provider cannot ask in the reverse direction [R002-047] [R002-058]', async () => {
    await using gateway = await startGateway();
    const official = {
      ...(await gateway.registered(gateway.official())),
      id: 'official-of-iskur',
      agencyId: 'iskur',
      clientId: 'iskur-0000000001',
    };
    await gateway.act('demo.create', { kind: 'add-official', official });
    const { clientSecret } = gateway.official().listed;
    const iskur = gateway.agency('iskur');
    await gateway.noticed();
    const answer = await iskur.askToken(official.clientId, clientSecret);
    const token = String(answer.json()['access_token']);
    expect(codeOf(await iskur.query(token))).toBe('OPERATION_NOT_AGREED');
    expect(gateway.source.asked).toEqual([]);
  });

  test('a right that is not in the line of Ek-3: no implicit ones [R002-029] [R002-043] [R002-084]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const { id } = await gateway.registered(official);
    const { identities } = await gateway.administration.standing();
    const authority = identities.authority(id, AGREEMENT);
    if (authority === undefined) throw new Error('the official has no authority');
    const other = {
      ...(await gateway.registered(official)),
      id: 'official-of-one-purpose',
      clientId: 'cgm-0000000002',
    };
    await gateway.act(
      'demo.create',
      { kind: 'add-official', official: other },
      {
        kind: 'add-authority',
        authority: { ...authority, officialId: other.id, purposes: ['okullasma-kontrol'] },
      },
    );
    const cgm = gateway.agency('cgm');
    await gateway.noticed();
    const answer = await cgm.askToken(other.clientId, official.listed.clientSecret);
    const token = String(answer.json()['access_token']);
    expect(codeOf(await cgm.query(token))).toBe('PURPOSE_NOT_AGREED');
    expect(codeOf(await cgm.query(token, { purpose: 'okullasma-kontrol' }))).toBe('answered');
  });
});
