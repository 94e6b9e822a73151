import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { connectTls, QUERY_BODY, QUERY_PATH, readAll } from '../../support/partner-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';
import { type TestCertificate, testCertificates } from '../../support/test-certificates.ts';

const { agency, expiredAgency, foreignAgency, otherAgency } = testCertificates();

const QUERY =
  `POST ${QUERY_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${String(QUERY_BODY.length)}\r\n\r\n${QUERY_BODY}`;

/** Sends a query whatever the handshake says, and gives all that came back. */
async function tryQuery(
  listener: PartnerListener,
  tls: ConnectionOptions,
  identity?: TestCertificate,
): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    port: listener.options.port,
    ca: listener.options.ca,
    servername: 'localhost',
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    ...tls,
  });
  socket.on('secureConnect', () => socket.write(QUERY));
  return readAll(socket);
}

async function expectRefused(
  listener: PartnerListener,
  answer: string,
  reason: RegExp | string,
): Promise<void> {
  await until(() => listener.server.counts().handshakesFailed > 0);
  expect(answer).not.toContain('HTTP/');
  expect(listener.gateway.requests).toEqual([]);
  const [line] = listener.logger.named('tls.handshake-failed');
  expect(line?.['reason']).toMatch(reason);
  expect(line?.['address']).toBe('127.0.0.1');
}

describe('the TLS of the partner listener', () => {
  test('negotiates 1.3 by default and hands on the names of protocol and cipher suite [R002-014]', async () => {
    await using listener = await PartnerListener.start();
    expect((await listener.client().query()).status).toBe(200);
    expect(listener.gateway.requests[0]?.tls).toBe('TLSv1.3 TLS_AES_256_GCM_SHA384');
  });

  test.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ])('takes 1.2 with %s, recorded as %s [R002-014]', async (ciphers, suite) => {
    await using listener = await PartnerListener.start();
    const client = listener.client({ tls: { maxVersion: 'TLSv1.2', ciphers } });
    expect((await client.query()).status).toBe(200);
    expect(listener.gateway.requests[0]?.tls).toBe(`TLSv1.2 ${suite}`);
  });

  test('refuses 1.1 and logs it [R002-014]', async () => {
    await using listener = await PartnerListener.start();
    const old: ConnectionOptions = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    };
    await expectRefused(listener, await tryQuery(listener, old, agency), 'UNSUPPORTED_PROTOCOL');
  });

  test.each([
    'ECDHE-RSA-AES128-SHA256',
    'ECDHE-RSA-AES256-SHA',
    'AES128-GCM-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
  ])('refuses 1.2 with %s', async (ciphers) => {
    await using listener = await PartnerListener.start();
    const weak: ConnectionOptions = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` };
    await expectRefused(listener, await tryQuery(listener, weak, agency), 'NO_SHARED_CIPHER');
  });

  test.each<ConnectionOptions>([{}, { maxVersion: 'TLSv1.2' }])(
    'refuses a client without a certificate and logs it (%j) [R002-026]',
    async (tls) => {
      await using listener = await PartnerListener.start();
      await expectRefused(listener, await tryQuery(listener, tls), 'PEER_DID_NOT_RETURN_A_CERTIFICATE');
    },
  );

  test.each<ConnectionOptions>([{}, { maxVersion: 'TLSv1.2' }])(
    'refuses a certificate of an unknown CA and logs it (%j)',
    async (tls) => {
      await using listener = await PartnerListener.start();
      const reason = /UNABLE_TO|SELF_SIGNED/;
      await expectRefused(listener, await tryQuery(listener, tls, foreignAgency), reason);
    },
  );

  test('refuses an expired client certificate and logs it', async () => {
    await using listener = await PartnerListener.start();
    await expectRefused(listener, await tryQuery(listener, {}, expiredAgency), 'CERT_HAS_EXPIRED');
  });

  test('gives plain HTTP no answer [R002-014]', async () => {
    await using listener = await PartnerListener.start();
    const socket = connectPlain(listener.options.port, '127.0.0.1');
    socket.write(QUERY);
    await expectRefused(listener, await readAll(socket), 'HTTP_REQUEST');
  });

  test('lets no client renegotiate', async () => {
    await using listener = await PartnerListener.start();
    const socket = await connectTls({
      ...listener.options,
      host: '127.0.0.1',
      tls: { maxVersion: 'TLSv1.2' },
    });
    const outcome = await new Promise<string>((resolve) => {
      socket.on('error', () => { resolve('refused'); });
      socket.on('close', () => { resolve('refused'); });
      socket.renegotiate({}, (error) => { resolve(error === null ? 'renegotiated' : 'refused'); });
    }); // prettier-ignore
    socket.destroy();
    expect(outcome).toBe('refused');
  });

  test('tells agencies apart by the fingerprint of their certificates', async () => {
    await using listener = await PartnerListener.start();
    await listener.client().query();
    await listener.client({ identity: otherAgency }).query();
    const seen = listener.gateway.requests.map((request) => request.certificateFingerprint);
    expect(seen).toEqual([agency.fingerprint, otherAgency.fingerprint]);
  });

  test.each<ConnectionOptions>([{ maxVersion: 'TLSv1.2' }, {}])(
    'knows the certificate of a resumed session (%j)',
    async (tls) => {
      await using listener = await PartnerListener.start();
      const first = await connectTls({ ...listener.options, host: '127.0.0.1', tls });
      const session = await sessionAfterAnswer(first);
      const second = await connectTls({ ...listener.options, host: '127.0.0.1', tls: { ...tls, session } });
      expect(second.isSessionReused()).toBe(true);
      second.write(QUERY.replace('\r\n', '\r\nConnection: close\r\n'));
      expect(await readAll(second)).toContain('200 OK');
      const seen = listener.gateway.requests.map((request) => request.certificateFingerprint);
      expect(seen).toEqual([agency.fingerprint, agency.fingerprint]);
    },
  );
});

async function sessionAfterAnswer(socket: TLSSocket): Promise<Buffer> {
  let session: Buffer | undefined = socket.getSession();
  socket.on('session', (ticket: Buffer) => {
    session = ticket;
  });
  socket.write(QUERY.replace('\r\n', '\r\nConnection: close\r\n'));
  await readAll(socket);
  if (session === undefined) throw new Error('no session');
  return session;
}
