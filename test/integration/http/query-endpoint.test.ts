import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { GatewayError, type ProblemCode, PROBLEMS } from '../../../src/shared/problem.ts';
import { PROBLEM_MESSAGES } from '../../../src/shared/problem-messages.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';
import {
  type ClientAnswer,
  connectTls,
  QUERY_BODY,
  QUERY_PATH,
  readAll,
} from '../../support/partner-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const CODES = Object.keys(PROBLEMS) as ProblemCode[];

const STANDING = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

function expectProblem(answer: ClientAnswer, code: ProblemCode): void {
  expect(answer.json()).toMatchObject({ code, status: PROBLEMS[code].status });
  expect(answer.status).toBe(PROBLEMS[code].status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
}

describe('a query that is answered', () => {
  test('comes with data, receipt and the purpose it was asked for, and may not be kept or passed on [R002-022]', async () => {
    await using listener = await PartnerListener.start();
    const answer = await listener.client().query();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      ...STANDING,
      'content-type': 'application/json',
      'gecit-purpose': 'cocuk-isciligi-takip',
      'ratelimit-policy': '"daily";q=50;w=86400',
      ratelimit: '"daily";r=49;t=123',
    });
    expect(answer.json()).toMatchObject({
      outcome: 'found',
      purpose: 'cocuk-isciligi-takip',
      onwardSharing: false,
      data: { adSoyad: 'Örnek Kişi' },
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('reaches the gateway with token, path, key, certificate and body', async () => {
    await using listener = await PartnerListener.start();
    await listener.client().query({ headers: { 'idempotency-key': 'key-1' } });
    const [request] = listener.gateway.requests;
    expect(request).toEqual({
      queryId: request?.queryId,
      certificateFingerprint: listener.certificates.agency.fingerprint,
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
      address: '127.0.0.1',
      bearerToken: 'a-token',
      agreementId: 'tr-iskur-cgm-2024',
      operationId: 'araci-sorgu',
      idempotencyKey: 'key-1',
      body: { kind: 'json', value: JSON.parse(QUERY_BODY) as unknown },
    });
    expect(request?.queryId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('keeps the address of the connection, whatever a header claims [R002-028]', async () => {
    await using listener = await PartnerListener.start();
    await listener.client().query({
      headers: { 'x-forwarded-for': '10.9.8.7', forwarded: 'for=10.9.8.7', 'x-real-ip': '10.9.8.7' },
    });
    expect(listener.gateway.requests[0]?.address).toBe('127.0.0.1');
  });

  test('keeps a traceparent of the W3C form and drops any other', async () => {
    await using listener = await PartnerListener.start();
    const client = listener.client();
    const kept = await client.query({ headers: { traceparent: TRACE } });
    const dropped = await client.query({ headers: { traceparent: 'mine' } });
    expect(kept.headers['traceparent']).toBe(TRACE);
    expect(dropped.headers['traceparent']).toBeUndefined();
  });

  test('may come in pieces, and its connection is used again', async () => {
    await using listener = await PartnerListener.start();
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    const head = `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    for (const count of [1, 2]) {
      socket.write(head);
      for (const letter of QUERY_BODY) socket.write(`1\r\n${letter}\r\n`);
      const answer = once(socket, 'data');
      socket.write('0\r\n\r\n');
      const [bytes] = (await answer) as [Buffer];
      expect(bytes.toString()).toMatch(/^HTTP\/1\.1 200 /);
      expect(listener.gateway.requests).toHaveLength(count);
    }
    expect(listener.gateway.requests[1]?.body).toEqual({
      kind: 'json',
      value: JSON.parse(QUERY_BODY) as object,
    });
    socket.destroy();
  });

  test('shares its connection with a hundred others at once', async () => {
    await using listener = await PartnerListener.start();
    const client = listener.client({ maxSockets: 5 });
    const answers = await Promise.all(Array.from({ length: 100 }, async () => client.query()));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(new Set(listener.gateway.requests.map((request) => request.queryId)).size).toBe(100);
  });
});

describe('a query that is refused', () => {
  test.each(CODES)('answers %s with its status and both languages', async (code) => {
    await using listener = await PartnerListener.start();
    listener.gateway.onAnswer = async () => Promise.reject(new GatewayError(code, { retryAfterSeconds: 7 }));
    const answer = await listener.client().query({ headers: { traceparent: TRACE } });
    expectProblem(answer, code);
    expect(answer.json()).toMatchObject({
      type: `urn:gecit:problem:${code}`,
      messages: PROBLEM_MESSAGES[code],
      instance: `urn:uuid:${String(listener.gateway.requests[0]?.queryId)}`,
    });
    expect(answer.headers).toMatchObject({ ...STANDING, traceparent: TRACE });
    expect(answer.headers['retry-after']).toBe([429, 503].includes(answer.status) ? '7' : undefined);
  });

  test('says nothing of a cause, which the log keeps under the same id', async () => {
    await using listener = await PartnerListener.start();
    listener.gateway.onAnswer = async () => Promise.reject(new Error('hush'));
    const answer = await listener.client().query();
    expectProblem(answer, 'INTERNAL_ERROR');
    expect(answer.text).not.toContain('hush');
    const [line] = listener.logger.named('request.failed');
    expect(answer.json()['instance']).toBe(`urn:uuid:${String(line?.['queryId'])}`);
    expect(line?.['cause']).toBeInstanceOf(Error);
  });

  test('becomes INTERNAL_ERROR when its answer cannot be written', async () => {
    await using listener = await PartnerListener.start();
    listener.gateway.onAnswer = async () => Promise.resolve(partnerAnswer({ purpose: 'a\r\nSet-Cookie: b' }));
    const answer = await listener.client().query();
    expectProblem(answer, 'INTERNAL_ERROR');
    expect(answer.text).not.toContain('adSoyad');
  });

  test('is judged at its place: the gateway sees a token sent twice as none', async () => {
    await using listener = await PartnerListener.start();
    await listener.client().query({ headers: { authorization: ['Bearer a', 'Bearer b'] } });
    expect(listener.gateway.requests[0]?.bearerToken).toBeUndefined();
  });

  test('names a malformed Idempotency-Key', async () => {
    await using listener = await PartnerListener.start();
    const answer = await listener.client().query({ headers: { 'idempotency-key': ['a', 'b'] } });
    expectProblem(answer, 'REQUEST_INVALID');
    expect(JSON.stringify(answer.json()['errors'])).toContain('Idempotency-Key');
    expect(listener.gateway.requests[0]?.idempotencyKey).toBeUndefined();
  });

  test.each([
    ['another media type', { 'content-type': 'text/xml' }],
    ['another character set', { 'content-type': 'application/json; charset=iso-8859-9' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('for %s gives MEDIA_TYPE_NOT_SUPPORTED', async (_name, headers) => {
    await using listener = await PartnerListener.start();
    expectProblem(await listener.client().query({ headers }), 'MEDIA_TYPE_NOT_SUPPORTED');
  });
});

describe('a body that is too large', () => {
  const LARGE = Buffer.alloc(200_000, 0x20);

  test('is refused by its stated length, and the connection closes after the answer', async () => {
    await using listener = await PartnerListener.start();
    const headers = { 'content-length': String(LARGE.length) };
    const answer = await listener.client().query({ body: LARGE, headers });
    expectProblem(answer, 'PAYLOAD_TOO_LARGE');
    expect(answer.headers.connection).toBe('close');
  });

  test('is refused in chunks as well', async () => {
    await using listener = await PartnerListener.start();
    const answer = await listener
      .client()
      .query({ body: LARGE, headers: { 'transfer-encoding': 'chunked' } });
    expectProblem(answer, 'PAYLOAD_TOO_LARGE');
    expect(listener.gateway.requests[0]?.body).toMatchObject({ kind: 'unusable', code: 'PAYLOAD_TOO_LARGE' });
  });

  test('is refused without waiting for an end that never comes', async () => {
    await using listener = await PartnerListener.start();
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    socket.write(`POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`);
    socket.write(`Transfer-Encoding: chunked\r\n\r\n2000\r\n${' '.repeat(0x2000)}\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('413 ');
    socket.destroy();
  });

  test('leaves other connections alone', async () => {
    await using listener = await PartnerListener.start();
    const client = listener.client();
    await client.query({ body: LARGE });
    expect((await client.query()).status).toBe(200);
  });
});

describe('what is not a request', () => {
  async function exchange(listener: PartnerListener, text: string): Promise<string> {
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    socket.write(text);
    return readAll(socket);
  }

  test('is refused, recorded, counted, and closes its connection', async () => {
    await using listener = await PartnerListener.start();
    const answer = await exchange(listener, 'NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
    expect(answer).toContain('"code":"REQUEST_INVALID"');
    expect(listener.gateway.refusals).toMatchObject([{ code: 'REQUEST_INVALID', address: '127.0.0.1' }]);
    expect(listener.server.counts().requestsUnreadable).toBe(1);
  });

  test.each([
    ['both lengths', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n'],
    ['headers without end', `X-Large: ${'x'.repeat(20_000)}\r\n`],
  ])('with %s is never taken for one', async (_name, headers) => {
    await using listener = await PartnerListener.start();
    const answer = await exchange(listener, `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\n${headers}\r\nabc`);
    expect(answer).toContain('"code":"REQUEST_INVALID"');
    expect(listener.gateway.requests).toEqual([]);
    expect(listener.gateway.refusals).toHaveLength(1);
  });

  test('without a Host is refused', async () => {
    await using listener = await PartnerListener.start();
    expect(await exchange(listener, 'GET / HTTP/1.1\r\n\r\n')).toContain('"code":"REQUEST_INVALID"');
  });

  test('asking for a tunnel finds no route', async () => {
    await using listener = await PartnerListener.start();
    const answer = await exchange(listener, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toContain('"code":"ROUTE_NOT_FOUND"');
    expect(listener.gateway.refusals).toMatchObject([{ code: 'ROUTE_NOT_FOUND' }]);
  });

  test('with an expectation nobody knows is served like any other', async () => {
    await using listener = await PartnerListener.start();
    const answer = await listener.client().query({ headers: { expect: 'miracle' } });
    expect(answer.status).toBe(200);
  });

  test('does not answer a body that stops halfway with data', async () => {
    await using listener = await PartnerListener.start({ bodyMilliseconds: 50 });
    const head = `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
    const answer = await exchange(listener, head);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"REQUEST_INVALID"/);
    expect(listener.gateway.requests).toHaveLength(1);
  });
});

describe('a client that leaves', () => {
  test('in the middle of its body is recorded, and nobody is answered', async () => {
    await using listener = await PartnerListener.start();
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    const head = `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
    await new Promise<void>((resolve) => socket.write(head, () => { resolve(); })); // prettier-ignore
    socket.destroy();
    await until(() => listener.gateway.refusals.length === 1);
    expect(listener.gateway.refusals).toMatchObject([{ code: 'REQUEST_INVALID', address: '127.0.0.1' }]);
    expect(listener.gateway.requests).toEqual([]);
  });

  test('before the answer breaks nothing', async () => {
    await using listener = await PartnerListener.start();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; }); // prettier-ignore
    listener.gateway.onAnswer = async () => held.then(() => partnerAnswer());
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    socket.write(
      `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await until(() => listener.gateway.requests.length === 1);
    socket.destroy();
    await once(socket, 'close');
    release();
    listener.gateway.onAnswer = async () => Promise.resolve(partnerAnswer());
    expect((await listener.client().query()).status).toBe(200);
    expect(listener.logger.lines).toEqual([]);
  });

  test.each([
    ['a query', `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json`],
    [
      'a token request',
      'POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded',
    ],
  ])('amid the body of %s leaves a record, though nobody is answered', async (_name, head) => {
    await using listener = await PartnerListener.start();
    const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
    socket.write(`${head}\r\nContent-Length: 99\r\n\r\n{`);
    socket.end();
    expect(await readAll(socket)).toBe('');
    await until(() => listener.gateway.refusals.length > 0);
    expect(listener.gateway.refusals).toMatchObject([
      { code: 'REQUEST_INVALID', certificateFingerprint: listener.certificates.agency.fingerprint },
    ]);
    expect(listener.gateway.requests).toEqual([]);
    expect(listener.gateway.tokenRequests).toEqual([]);
    expect(listener.logger.lines).toEqual([]);
  });
});
