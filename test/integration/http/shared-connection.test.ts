import { once } from 'node:events';
import { type TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { type PartnerAnswer } from '../../../src/gateway/partner-gateway.ts';
import { GatewayError } from '../../../src/shared/problem.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';
import { connectTls, QUERY_BODY, QUERY_PATH, readAll } from '../../support/partner-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';

const HEAD = `POST ${QUERY_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
const QUERY = `${HEAD}Content-Length: ${String(QUERY_BODY.length)}\r\n\r\n${QUERY_BODY}`;
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`;

async function open(listener: PartnerListener): Promise<TLSSocket> {
  return connectTls({ ...listener.options, host: '127.0.0.1' });
}

/** Lets the gateway answer only when the returned function is called. */
function holdAnswers(listener: PartnerListener): () => void {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  listener.gateway.onAnswer = async (): Promise<PartnerAnswer> => held.then(() => partnerAnswer());
  return release;
}

describe('what cannot be read behind a query', () => {
  test('is answered after the query, and recorded by itself', async () => {
    await using listener = await PartnerListener.start();
    const release = holdAnswers(listener);
    const socket = await open(listener);
    const all = readAll(socket);
    socket.write(`${QUERY}${QUERY}NONSENSE\r\n\r\n`);
    await until(() => listener.gateway.refusals.length === 1);
    release();
    const statuses = [...(await all).matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => match[1]);
    expect(statuses).toEqual(['200', '200', '400']);
    expect(listener.gateway.requests).toHaveLength(2);
    expect(listener.gateway.refusals).toMatchObject([{ code: 'REQUEST_INVALID' }]);
  });

  test('is logged under its certificate, without an address', async () => {
    await using listener = await PartnerListener.start();
    const socket = await open(listener);
    socket.write('NONSENSE\r\n\r\n');
    await readAll(socket);
    const certificate = listener.certificates.agency.fingerprint;
    const queryId = listener.gateway.refusals[0]?.queryId;
    expect(listener.logger.named('http.request-unreadable')).toEqual([
      { reason: 'HPE_INVALID_METHOD', certificate, queryId },
    ]);
  });
});

describe('a chunk that cannot be read', () => {
  test('makes its query invalid, which is answered before the connection closes', async () => {
    await using listener = await PartnerListener.start();
    const socket = await open(listener);
    socket.write(`${CHUNKED}zz\r\n`);
    const answer = await readAll(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('"code":"REQUEST_INVALID"');
    expect(answer).toContain('chunks');
    expect(listener.gateway.requests).toHaveLength(1);
    expect(listener.gateway.refusals).toEqual([]);
    expect(listener.server.counts().requestsUnreadable).toBe(1);
  });

  test('does not cost the answer to the query before it', async () => {
    await using listener = await PartnerListener.start();
    const release = holdAnswers(listener);
    const socket = await open(listener);
    const all = readAll(socket);
    socket.write(QUERY);
    await until(() => listener.gateway.requests.length === 1);
    listener.gateway.onAnswer = async () => Promise.reject(new GatewayError('REQUEST_INVALID'));
    socket.write(`${CHUNKED}zz\r\n`);
    await until(() => listener.gateway.requests.length === 2);
    release();
    expect([...(await all).matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => match[1])).toEqual(['200', '400']);
  });

  test('makes a token request invalid', async () => {
    await using listener = await PartnerListener.start();
    const socket = await open(listener);
    socket.write(`${CHUNKED.replace(QUERY_PATH, '/oauth2/token')}zz\r\n`);
    expect(await readAll(socket)).toContain('"error":"invalid_request"');
    expect(listener.gateway.refusals).toMatchObject([{ code: 'REQUEST_INVALID' }]);
  });
});

describe('a query behind one that asks to close', () => {
  test('is not served, since its answer could never leave', async () => {
    await using listener = await PartnerListener.start();
    const socket = await open(listener);
    socket.write(`${QUERY.replace('Host: a', 'Host: a\r\nConnection: close')}${QUERY}`);
    expect((await readAll(socket)).match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    expect(listener.gateway.requests).toHaveLength(1);
  });
});

describe('the bounds of what is under way', () => {
  test('refuse a certificate that has too many requests, before a body is read, and nobody else', async () => {
    await using listener = await PartnerListener.start({ requestsPerCertificate: 2 });
    const release = holdAnswers(listener);
    const client = listener.client();
    const held = [client.query(), client.query()];
    await until(() => listener.gateway.requests.length === 2);
    const refused = await listener.client().query();
    expect(refused.status).toBe(503);
    expect(refused.json()).toMatchObject({ code: 'OVERLOADED' });
    expect(listener.gateway.refusals).toMatchObject([{ code: 'OVERLOADED' }]);
    const other = listener.client({ identity: listener.certificates.otherAgency }).query();
    await until(() => listener.gateway.requests.length === 3);
    release();
    const statuses = (await Promise.all([...held, other])).map((answer) => answer.status);
    expect(statuses).toEqual([200, 200, 200]);
    expect((await client.query()).status).toBe(200);
  });

  test('forget the requests of a connection that was closed', async () => {
    await using listener = await PartnerListener.start({ requestsPerCertificate: 2 });
    holdAnswers(listener);
    const socket = await open(listener);
    socket.write(`${QUERY}${QUERY}`);
    await until(() => listener.gateway.requests.length === 2);
    socket.destroy();
    await once(socket, 'close');
    listener.gateway.onAnswer = async () => Promise.resolve(partnerAnswer());
    const client = listener.client();
    let answer = await client.query();
    while (answer.status === 503) answer = await client.query();
    expect(answer.status).toBe(200);
  });

  test('close connections beyond the most, and log them', async () => {
    await using listener = await PartnerListener.start({ connections: 1 });
    const socket = await open(listener);
    await expect(open(listener)).rejects.toThrow();
    await until(() => listener.server.counts().connectionsDropped === 1);
    expect(listener.logger.named('tls.connection-dropped')).toEqual([{ address: '127.0.0.1' }]);
    socket.destroy();
  });
});
