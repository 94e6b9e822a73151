import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { QUERY_BODY, QUERY_PATH, readAll } from '../../support/partner-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';
import { binary, binaryOf, line, LOCAL } from '../../support/proxy-header.ts';

const CLIENT = { source: '203.0.113.7', destination: '192.0.2.10' };
const CLIENT_6 = { source: '2001:db8:0:0:0:0:0:7', destination: '2001:db8:0:0:0:0:0:10' };
const BEHIND = { balancers: ['127.0.0.1'] };
const QUERY =
  `POST ${QUERY_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `X-Forwarded-For: 127.0.0.2\r\nConnection: close\r\n` +
  `Content-Length: ${String(QUERY_BODY.length)}\r\n\r\n${QUERY_BODY}`;

async function opened(listener: PartnerListener): Promise<Socket> {
  const socket = connect({ port: listener.options.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** TLS with the agency's certificate on a connection that is open already. */
function handshake(listener: PartnerListener, socket: Socket): TLSSocket {
  const { agency, ca } = listener.certificates;
  return connectTls({
    socket,
    ca: ca.certificate,
    servername: 'localhost',
    cert: agency.certificate,
    key: agency.key,
  });
}

/** Asks once over a connection that begins with the bytes; gives what came back. */
async function askAfter(listener: PartnerListener, ...pieces: readonly Buffer[]): Promise<string> {
  const socket = await opened(listener);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const tls = handshake(listener, socket);
  tls.on('secureConnect', () => tls.write(QUERY));
  return readAll(tls);
}

function reasons(listener: PartnerListener): unknown[] {
  return listener.logger.named('proxy.header-refused').map(({ reason }) => reason);
}

describe('behind a listed balancer', () => {
  test.each<[string, readonly Buffer[], string]>([
    ['version 1', [line(CLIENT)], '203.0.113.7'],
    ['version 2', [binary(CLIENT)], '203.0.113.7'],
    ['version 2 with IPv6', [binary(CLIENT_6)], '2001:db8::7'],
    ['version 1, byte by byte', [...line(CLIENT)].map((byte) => Buffer.from([byte])), '203.0.113.7'],
    [
      'version 2, byte by byte',
      [...binary(CLIENT, [{ type: 4, value: Buffer.alloc(20) }])].map((byte) => Buffer.from([byte])),
      '203.0.113.7',
    ],
    ['UNKNOWN', [Buffer.from('PROXY UNKNOWN\r\n')], '127.0.0.1'],
    ['LOCAL', [LOCAL], '127.0.0.1'],
  ])('the address is that of the header: %s', async (_what, pieces, address) => {
    await using listener = await PartnerListener.start(BEHIND);
    expect(await askAfter(listener, ...pieces)).toContain('200 OK');
    expect(listener.gateway.requests.map((request) => request.address)).toEqual([address]);
  });

  test('header and ClientHello may arrive in one packet', async () => {
    await using listener = await PartnerListener.start(BEHIND);
    const hello = await clientHello();
    const socket = await opened(listener);
    socket.write(Buffer.concat([binary(CLIENT), hello]));
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const [handshakeRecord, serverHello] = [0x16, 0x02];
    expect([first[0], first[5]]).toEqual([handshakeRecord, serverHello]);
  });

  test.each<[string, Buffer]>([
    ['PROXY_HEADER_MISSING', Buffer.from([0x16, 3, 1])],
    ['PROXY_HEADER_MALFORMED', Buffer.from('PROXY TCP4 203.0.113.300 192.0.2.10 1 2\r\n')],
    ['PROXY_HEADER_TOO_LONG', Buffer.alloc(1_000_000, 'PROXY TCP4 ')],
    ['PROXY_HEADER_TOO_LONG', binaryOf({ command: 0x21, family: 0x11, length: 0xffff })],
    ['PROXY_ADDRESS_NOT_IP', binaryOf({ command: 0x21, family: 0x31, block: Buffer.alloc(216) })],
  ])('a connection is closed without an answer: %s', async (reason, bytes) => {
    await using listener = await PartnerListener.start(BEHIND);
    const socket = await opened(listener);
    socket.write(bytes);
    expect(await readAll(socket)).toBe('');
    await until(() => listener.server.counts().headersRefused === 1);
    expect(listener.logger.named('proxy.header-refused')).toEqual([{ reason, address: '127.0.0.1' }]);
    expect(listener.server.counts().handshakesFailed).toBe(0);
  });

  test('a length that reaches into the ClientHello fails in the handshake, under the address that was stated', async () => {
    await using listener = await PartnerListener.start(BEHIND);
    const header = binary(CLIENT, [{ type: 4, value: Buffer.alloc(4) }]);
    header.writeUInt16BE(12 + 3 + 4 + 3, 14);
    expect(await askAfter(listener, header)).toBe('');
    await until(() => reasons(listener).length + listener.server.counts().handshakesFailed === 1);
    expect(listener.gateway.requests).toEqual([]);
  });

  test('a header that stays unfinished is given up in time, and nobody waits for the handshake of the others', async () => {
    await using listener = await PartnerListener.start({ ...BEHIND, proxyHeaderMilliseconds: 30 });
    const silent = await opened(listener);
    const slow = await opened(listener);
    slow.write('PROXY TCP4 203.0');
    await Promise.all([readAll(silent), readAll(slow)]);
    expect(reasons(listener)).toEqual(['PROXY_HEADER_LATE', 'PROXY_HEADER_LATE']);
    expect(await askAfter(listener, line(CLIENT))).toContain('200 OK');
  });

  test('a client that ends in the middle of its header is told from a check of the port', async () => {
    await using listener = await PartnerListener.start(BEHIND);
    const probe = await opened(listener);
    probe.end();
    await readAll(probe);
    const half = await opened(listener);
    half.end('PROXY TCP4 ');
    await readAll(half);
    await until(() => reasons(listener).length > 0);
    expect(reasons(listener)).toEqual(['PROXY_HEADER_CUT']);
  });

  test("a balancer's own check that ends before the handshake is no failure", async () => {
    await using listener = await PartnerListener.start(BEHIND);
    const check = await opened(listener);
    check.end(LOCAL);
    await readAll(check);
    const client = await opened(listener);
    client.end(line(CLIENT));
    await readAll(client);
    await until(() => listener.server.counts().handshakesFailed > 0);
    expect(listener.logger.named('tls.handshake-failed')).toEqual([
      { reason: 'ECONNRESET', address: '203.0.113.7' },
    ]);
  });

  test("the client's certificate is asked for as ever, and failures name the client's address", async () => {
    await using listener = await PartnerListener.start(BEHIND);
    const socket = await opened(listener);
    socket.write(binary(CLIENT));
    const tls = connectTls({ socket, ca: listener.options.ca, servername: 'localhost' });
    tls.on('secureConnect', () => tls.write(QUERY));
    expect(await readAll(tls)).not.toContain('HTTP/');
    await until(() => listener.server.counts().handshakesFailed === 1);
    expect(listener.logger.named('tls.handshake-failed')).toEqual([
      { reason: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', address: '203.0.113.7' },
    ]);
  });

  test('connections beyond the bound are dropped, those that still owe a header included', async () => {
    await using listener = await PartnerListener.start({ ...BEHIND, connections: 1 });
    const first = await opened(listener);
    const second = await opened(listener);
    await readAll(second);
    expect(listener.server.counts().connectionsDropped).toBe(1);
    first.write(line(CLIENT));
    const tls = handshake(listener, first);
    tls.on('secureConnect', () => tls.write(QUERY));
    expect(await readAll(tls)).toContain('200 OK');
  });

  test('a stop lets a running request finish and ends connections that owe a header with the grace', async () => {
    await using listener = await PartnerListener.start(BEHIND);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; }); // prettier-ignore
    listener.gateway.onAnswer = async () => held.then(() => partnerAnswer());
    const running = askAfter(listener, line(CLIENT));
    const silent = await opened(listener);
    const silentClosed = once(silent.resume(), 'close');
    await until(() => listener.gateway.requests.length === 1);
    const closed = listener.server.close(200);
    release();
    expect(await running).toContain('200 OK');
    await closed;
    await expect(silentClosed).resolves.toBeDefined();
  });
});

describe('from any other address', () => {
  test('no header is looked for: the handshake fails by itself', async () => {
    await using listener = await PartnerListener.start({ balancers: ['192.0.2.1', '2001:db8::/32'] });
    expect(await askAfter(listener, line(CLIENT))).not.toContain('HTTP/');
    await until(() => listener.server.counts().handshakesFailed === 1);
    expect(listener.logger.named('tls.handshake-failed')[0]).toMatchObject({ address: '127.0.0.1' });
    expect(reasons(listener)).toEqual([]);
  });

  test('and a connection without one is taken under its own address', async () => {
    await using listener = await PartnerListener.start({ balancers: ['192.0.2.1'] });
    expect((await listener.client().query()).status).toBe(200);
    expect(listener.gateway.requests[0]?.address).toBe('127.0.0.1');
  });

  test('a balancer that is listed as a block of mapped addresses is the one that connects by IPv4', async () => {
    await using listener = await PartnerListener.start({ balancers: ['::ffff:127.0.0.0/104'] });
    expect(await askAfter(listener, line(CLIENT))).toContain('200 OK');
  });
});

/** The first flight of a TLS client, as bytes. */
async function clientHello(): Promise<Buffer> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connectTls({ port, host: '127.0.0.1', servername: 'localhost' });
  client.on('error', () => client.destroy());
  const [socket] = await accepted;
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  server.close();
  return bytes;
}
