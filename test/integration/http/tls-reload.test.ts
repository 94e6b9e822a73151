import { once } from 'node:events';
import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as overTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readTlsFiles, type TlsFiles, type TlsMaterial, type TlsPaths } from '../../../src/http/tls-files.ts';
import { TlsReload } from '../../../src/http/tls-reload.ts';
import { connectTls, readAll } from '../../support/partner-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { revocationList } from '../../support/revocation-list.ts';
import { makeCertificate, testCertificates } from '../../support/test-certificates.ts';

const { ca, server, agency, foreignAgency, expiredServer } = testCertificates();
const CLOCK = { now: () => Date.now() };
const TEXTS: TlsFiles = { certificate: server.certificate, key: server.key, clientCa: ca.certificate };
const renewed = makeCertificate({ commonName: 'localhost', issuer: ca, server: true });
const otherCa = makeCertificate({ commonName: 'Other CA', ca: true });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-reload-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(change: Partial<TlsFiles & { crl: string }>, into = folder): void {
  for (const [name, text] of Object.entries(change)) writeFileSync(join(into, `${name}.pem`), text);
}

function pathsIn(place: string): TlsPaths {
  const path = (name: string): string => join(place, `${name}.pem`);
  return { certificate: path('certificate'), key: path('key'), clientCa: path('clientCa'), crl: null };
}

/** A listener on files, and what renews them. */
class Renewing implements AsyncDisposable {
  readonly listener: PartnerListener;
  readonly files: TlsReload;

  private constructor(listener: PartnerListener, paths: TlsPaths, first: TlsMaterial) {
    this.listener = listener;
    const renew = (material: TlsMaterial): void => {
      listener.server.renew(material);
    };
    this.files = new TlsReload({ paths, first, renew, clock: CLOCK, logger: listener.logger });
  }

  static async start(paths: TlsPaths = pathsIn(folder)): Promise<Renewing> {
    const tls = readTlsFiles(paths, CLOCK);
    return new Renewing(await PartnerListener.start({ tls }), paths, tls);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    return this.listener[Symbol.asyncDispose]();
  }
}

/** Fingerprint of what the listener shows to a new connection. */
async function shown(listener: PartnerListener): Promise<string | undefined> {
  const socket = await connectTls({ ...listener.options, host: '127.0.0.1' });
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

describe('renewed files', () => {
  test('are shown to new connections, while open ones go on', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    const client = listener.client({ maxSockets: 1 });
    expect((await client.query()).headers.connection).toBe('keep-alive');
    put({ certificate: renewed.certificate, key: renewed.key });
    files.reload();
    expect(await shown(listener)).toBe(renewed.fingerprint);
    expect((await client.query()).status).toBe(200);
    expect(listener.gateway.requests.map(({ trust }) => trust.trustedUntil > Date.now())).toEqual([
      true,
      true,
    ]);
    expect(files.state()).toMatchObject({ refused: [], listsUntil: null });
    expect(listener.logger.named('tls.files-renewed')).toHaveLength(1);
  });

  test('that are at fault are told once and leave those before in force, until they are mended', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    put({ certificate: renewed.certificate });
    for (let look = 0; look < 4; look++) files.look();
    expect(files.state().refused).toEqual(['TLS_KEY_MISMATCH']);
    expect(listener.logger.named('tls.files-refused')).toMatchObject([{ codes: ['TLS_KEY_MISMATCH'] }]);
    expect(await shown(listener)).toBe(server.fingerprint);
    put({ key: renewed.key });
    for (let look = 0; look < 2; look++) files.look();
    expect(files.state().refused).toEqual([]);
    expect(await shown(listener)).toBe(renewed.fingerprint);
  });

  test.each<[string, Partial<TlsFiles>]>([
    ['TLS_CERTIFICATE_EXPIRED', { certificate: expiredServer.certificate, key: expiredServer.key }],
    ['TLS_FILE_EMPTY', { clientCa: '' }],
    ['TLS_CLIENT_CA_INVALID', { clientCa: 'half a fi' }],
  ])('are not taken with %s', async (code, change) => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    put(change);
    files.reload();
    expect(files.state().refused).toEqual([code]);
    expect((await listener.client().query()).status).toBe(200);
  });

  test('are read only when they have come to rest', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    put({ certificate: renewed.certificate });
    files.look();
    put({ key: renewed.key });
    files.look();
    expect(listener.logger.named('tls.files-refused')).toEqual([]);
    expect(await shown(listener)).toBe(server.fingerprint);
    files.look();
    expect(await shown(listener)).toBe(renewed.fingerprint);
    files.look();
    expect(listener.logger.named('tls.files-renewed')).toHaveLength(1);
  });

  test('are noticed where a link is switched to another folder, as Kubernetes does', async () => {
    const [first, second, data] = ['..1', '..2', '..data'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const place of [first, second]) mkdirSync(place);
    put(TEXTS, first);
    put({ ...TEXTS, certificate: renewed.certificate, key: renewed.key }, second);
    symlinkSync('..1', data);
    await using renewing = await Renewing.start(pathsIn(data));
    const { listener, files } = renewing;
    symlinkSync('..2', join(folder, 'draft'));
    renameSync(join(folder, 'draft'), data);
    for (let look = 0; look < 2; look++) files.look();
    expect(await shown(listener)).toBe(renewed.fingerprint);
  });

  test('are looked at by the clock from the start to the stop', () => {
    put(TEXTS);
    const first = readTlsFiles(pathsIn(folder), CLOCK);
    const taken: string[] = [];
    const renew = ({ files: { certificate } }: TlsMaterial): void => void taken.push(certificate);
    const logger = new RecordingLogger();
    const files = new TlsReload({ paths: pathsIn(folder), first, renew, clock: CLOCK, logger });
    jest.useFakeTimers({ doNotFake: ['Date'] });
    try {
      files.start();
      put({ certificate: renewed.certificate, key: renewed.key });
      jest.advanceTimersByTime(10_000);
      expect(taken).toEqual([renewed.certificate]);
      files.stop();
      put(TEXTS);
      jest.advanceTimersByTime(60_000);
      expect(taken).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });

  test('that end while they are in force are told once, and let nobody be ready', () => {
    put({ ...TEXTS, crl: revocationList(ca, { nextUpdate: Date.now() + 60_000 }) });
    const paths = { ...pathsIn(folder), crl: join(folder, 'crl.pem') };
    const first = readTlsFiles(paths, CLOCK);
    const logger = new RecordingLogger();
    let now = Date.now();
    const files = new TlsReload({ paths, first, renew: () => undefined, clock: { now: () => now }, logger });
    files.look();
    expect([files.current(), logger.lines]).toEqual([true, []]);
    now += 60_000;
    for (let look = 0; look < 3; look++) files.look();
    expect(files.current()).toBe(false);
    expect(logger.named('tls.files-overdue')).toMatchObject([{ listsUntil: expect.any(String) }]);
  });
});

describe('a new client CA', () => {
  test('refuses certificates of the old one in the handshake, and does not stand behind open connections', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    const client = listener.client({ maxSockets: 1 });
    await client.query();
    put({ clientCa: otherCa.certificate });
    files.reload();
    expect((await client.query()).headers.connection).toBe('close');
    expect(listener.gateway.requests.map(({ trust }) => trust.trustedUntil > 0)).toEqual([false, false]);
    await expect(client.query()).rejects.toThrow();
    await until(() => listener.server.counts().handshakesFailed === 1);
  });

  test('beside the old one changes nothing for those who are connected', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    const client = listener.client({ maxSockets: 1 });
    await client.query();
    put({ clientCa: ca.certificate + otherCa.certificate });
    files.reload();
    expect((await client.query()).headers.connection).toBe('keep-alive');
    const until = listener.gateway.requests.map(({ trust }) => trust.trustedUntil);
    expect(until[1]).toBe(until[0]);
    expect(until[0]).toBeGreaterThan(Date.now());
  });

  test('is not got round by a session of before, nor by a handshake that began before', async () => {
    put(TEXTS);
    await using renewing = await Renewing.start();
    const { listener, files } = renewing;
    const session = await sessionOf(await connectTls({ ...listener.options, host: '127.0.0.1' }));
    listener.gateway.refusals.length = 0;
    const early = connect(listener.options.port, '127.0.0.1');
    await once(early, 'connect');
    await listener.client().query();
    put({ clientCa: otherCa.certificate });
    files.reload();
    const late = handshakeOn(early, listener);
    late.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await readAll(late);
    expect(listener.gateway.refusals.map(({ trust }) => trust.trustedUntil)).toEqual([0]);
    const resumed = overTls({
      ...identity(listener),
      port: listener.options.port,
      host: '127.0.0.1',
      session,
    });
    await readAll(resumed.on('secureConnect', () => resumed.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')));
    expect(listener.gateway.refusals).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('can be resumed after a renewal that changed no certificate', async () => {
    put({ ...TEXTS, crl: revocationList(ca) });
    await using renewing = await Renewing.start({ ...pathsIn(folder), crl: join(folder, 'crl.pem') });
    const { listener, files } = renewing;
    const session = await sessionOf(await connectTls({ ...listener.options, host: '127.0.0.1' }));
    put({ crl: revocationList(ca, { issuedAt: Date.now() }) });
    files.reload();
    const tls = await connectTls({ ...listener.options, host: '127.0.0.1', tls: { session } });
    expect(tls.isSessionReused()).toBe(true);
    tls.destroy();
    expect(files.state().listsUntil).toBeGreaterThan(Date.now());
  });
});

test('a certificate that no authority of the file has issued never gets as far as a request', async () => {
  put({ ...TEXTS, clientCa: ca.certificate + otherCa.certificate });
  await using renewing = await Renewing.start();
  const { listener } = renewing;
  await expect(listener.client({ identity: foreignAgency }).query()).rejects.toThrow();
  expect(listener.gateway.requests).toEqual([]);
});

function identity(listener: PartnerListener): { ca: string; cert: string; key: string; servername: string } {
  return { ca: listener.options.ca, cert: agency.certificate, key: agency.key, servername: 'localhost' };
}

function handshakeOn(socket: Socket, listener: PartnerListener): TLSSocket {
  return overTls({ socket, ...identity(listener) });
}

/** The session that the server offers once it has answered. */
async function sessionOf(socket: TLSSocket): Promise<Buffer> {
  let session: Buffer | undefined;
  socket.on('session', (ticket: Buffer) => {
    session = ticket;
  });
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await readAll(socket);
  if (session === undefined) throw new Error('no session');
  return session;
}
