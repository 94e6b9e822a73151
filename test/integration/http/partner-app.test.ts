import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { GatewayError, type ProblemCode } from '../../../src/shared/problem.ts';
import { FakePartnerGateway } from '../../support/fake-partner-gateway.ts';
import { QUERY_PATH } from '../../support/partner-client.ts';
import { PartnerListener } from '../../support/partner-listener.ts';

const GRANT = 'grant_type=client_credentials';

function agent(listener: PartnerListener): ReturnType<typeof supertest.agent> {
  const { ca, agency } = listener.certificates;
  return supertest.agent(`https://localhost:${String(listener.options.port)}`, {
    ca: ca.certificate,
    cert: agency.certificate,
    key: agency.key,
  });
}

describe('the token endpoint', () => {
  test('issues a token for a client id and secret, form-decoded, to the certificate that asks', async () => {
    await using listener = await PartnerListener.start();
    const answer = await agent(listener).post('/oauth2/token').auth('id%3A1', 's%2B+x').send(GRANT);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ access_token: 'a-token', token_type: 'Bearer', expires_in: 900 });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(listener.gateway.tokenRequests).toMatchObject([
      {
        clientId: 'id:1',
        clientSecret: 's+ x',
        certificateFingerprint: listener.certificates.agency.fingerprint,
      },
    ]);
  });

  test('gives one and the same answer to every credential that is not good [R002-026]', async () => {
    await using listener = await PartnerListener.start();
    const bodies = [];
    for (const code of ['AGENCY_NOT_RECOGNISED', 'OFFICIAL_NOT_RECOGNISED'] as const) {
      listener.gateway.onToken = async () =>
        Promise.reject(new GatewayError(code, { cause: new Error('why') }));
      const answer = await agent(listener).post('/oauth2/token').auth('a', 'b').send(GRANT);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Basic');
      bodies.push(answer.text);
    }
    const without = await agent(listener).post('/oauth2/token').send(GRANT);
    bodies.push(without.text);
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(String(bodies[0]))).toMatchObject({ error: 'invalid_client' });
    expect(listener.gateway.tokenRequests.at(-1)).toMatchObject({ clientId: '', clientSecret: '' });
  });

  test.each([
    ['no grant type', 'scope=x', 'invalid_request'],
    ['an empty grant type', 'grant_type=', 'invalid_request'],
    ['two grant types', `${GRANT}&${GRANT}`, 'invalid_request'],
    ['a secret in the body', `${GRANT}&client_id=a&client_secret=b`, 'invalid_request'],
    ['an assertion in the body', `${GRANT}&client_assertion=a`, 'invalid_request'],
    ['too large a form', `${GRANT}&x=${'x'.repeat(5000)}`, 'invalid_request'],
    ['another grant type', 'grant_type=password', 'unsupported_grant_type'],
  ])('answers %s as RFC 6749 does, and has it recorded', async (_name, form, error) => {
    await using listener = await PartnerListener.start();
    const answer = await agent(listener).post('/oauth2/token').auth('a', 'b').send(form);
    expect(answer.status).toBe(400);
    expect(answer.type).toBe('application/json');
    expect(answer.body).toMatchObject({ error });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(listener.gateway.refusals).toMatchObject([{ code: 'REQUEST_INVALID' }]);
    expect(listener.gateway.tokenRequests).toEqual([]);
  });

  test('refuses a form that is sent as JSON', async () => {
    await using listener = await PartnerListener.start();
    const answer = await agent(listener)
      .post('/oauth2/token')
      .auth('a', 'b')
      .send({ grant_type: 'client_credentials' });
    expect(answer.body).toMatchObject({ error: 'invalid_request' });
  });

  test.each<[ProblemCode, number]>([
    ['RATE_LIMITED', 429],
    ['AUDIT_NOT_DURABLE', 503],
    ['OVERLOADED', 503],
    ['INTERNAL_ERROR', 500],
  ])('answers %s as a problem', async (code, status) => {
    await using listener = await PartnerListener.start();
    listener.gateway.onToken = async () => Promise.reject(new GatewayError(code));
    const answer = await agent(listener).post('/oauth2/token').auth('a', 'b').send(GRANT);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ code });
  });

  test('shows an unregistered agency no more than a wrong form', async () => {
    await using listener = await PartnerListener.start();
    listener.gateway.onRefuse = () => new GatewayError('AGENCY_NOT_RECOGNISED');
    const answer = await agent(listener).post('/oauth2/token').send('grant_type=password');
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: 'invalid_client' });
  });
});

describe('what no route takes', () => {
  test.each([
    ['GET', '/'],
    ['GET', QUERY_PATH],
    ['PUT', QUERY_PATH],
    ['OPTIONS', QUERY_PATH],
    ['POST', `${QUERY_PATH}/`],
    ['POST', `${QUERY_PATH}?x=1`],
    ['POST', '/v1/agreements/%zz/operations/x'],
    ['GET', '/oauth2/token'],
    ['POST', '/OAuth2/Token'],
    ['GET', '/%zz'],
  ])('%s %s is a recorded ROUTE_NOT_FOUND', async (method, path) => {
    await using listener = await PartnerListener.start();
    const answer = await listener.client().send({ method, path });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      code: 'ROUTE_NOT_FOUND',
      instance: `urn:uuid:${String(listener.gateway.refusals[0]?.queryId)}`,
    });
    expect(listener.gateway.refusals).toMatchObject([{ code: 'ROUTE_NOT_FOUND', address: '127.0.0.1' }]);
    expect(listener.gateway.requests).toEqual([]);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    for (const name of ['cache-control', 'strict-transport-security', 'x-content-type-options']) {
      expect(answer.rawHeaders.filter((header) => header.toLowerCase() === name)).toHaveLength(1);
    }
  });

  test('keeps its connection open', async () => {
    await using listener = await PartnerListener.start();
    const answer = await listener.client().send({ path: '/nowhere' });
    expect(answer.headers.connection).toBe('keep-alive');
  });
});

describe('the rate limit of what Express serves', () => {
  test('is per certificate, whatever address a header claims, and its refusals are recorded', async () => {
    await using listener = await PartnerListener.start({ burst: { size: 2, perSecond: 0.001 } });
    const client = listener.client();
    const statuses = [];
    for (let round = 0; round < 4; round++) {
      const headers = { 'x-forwarded-for': `10.0.0.${String(round)}` };
      statuses.push((await client.send({ path: '/nowhere', headers })).status);
    }
    expect(statuses).toEqual([404, 404, 429, 429]);
    const last = await client.send({ path: '/nowhere' });
    expect(last.json()).toMatchObject({ code: 'RATE_LIMITED' });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(listener.gateway.refusals.filter((refusal) => refusal.code === 'RATE_LIMITED')).toHaveLength(3);
    const other = listener.client({ identity: listener.certificates.otherAgency });
    expect((await other.send({ path: '/nowhere' })).status).toBe(404);
  });

  test('says when its window ends', async () => {
    const gateway = new FakePartnerGateway();
    gateway.refuse = async (_caller, code, retryAfterSeconds = 1) =>
      Promise.reject(new GatewayError(code, { retryAfterSeconds }));
    await using listener = await PartnerListener.start({ gateway, burst: { size: 1, perSecond: 0.01 } });
    const client = listener.client();
    await client.send({ path: '/nowhere' });
    const refused = await client.send({ path: '/nowhere' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(100);
  });

  test('does not stand on the query endpoint, which has the gate of the gateway', async () => {
    await using listener = await PartnerListener.start({ burst: { size: 1, perSecond: 0.001 } });
    const client = listener.client();
    const statuses = [];
    for (let round = 0; round < 3; round++) statuses.push((await client.query()).status);
    expect(statuses).toEqual([200, 200, 200]);
  });
});
