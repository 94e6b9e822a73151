import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ClosableLogger, createLogger } from '../../../src/shared/logger.ts';
import { StreamSender } from '../../../src/shared/syslog/stream-sender.ts';
import { until } from '../../support/gateway-process.ts';

/** A syslog server over TCP that counts messages off by their lengths. */
class StreamServer implements AsyncDisposable {
  readonly messages: string[] = [];
  readonly sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  async start(): Promise<this> {
    this.#server = createServer((socket) => {
      this.sockets.add(socket);
      let rest: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk) => (rest = this.#read(Buffer.concat([rest, chunk]))));
      socket.on('error', () => undefined);
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await new Promise((resolve) => server.close(resolve));
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #read(bytes: Buffer): Buffer {
    const space = bytes.indexOf(' ');
    const length = Number(bytes.subarray(0, space).toString('ascii'));
    if (space < 0 || bytes.length < space + 1 + length) return bytes;
    this.messages.push(bytes.subarray(space + 1, space + 1 + length).toString('utf8'));
    return this.#read(bytes.subarray(space + 1 + length));
  }
}

class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }

  /** How often an event was written. */
  count(event: string): number {
    return this.text.split(`"event":"${event}"`).length - 1;
  }
}

let output: Captured;
let logger: ClosableLogger | undefined;

function logTo(protocol: 'udp' | 'tcp', port: number): ClosableLogger {
  output = new Captured();
  const made = createLogger({
    level: 'info',
    format: 'json',
    clock: { now: () => Date.parse('2026-03-01T08:00:00.000Z') },
    stdout: output,
    stderr: output,
    syslog: { protocol, host: '127.0.0.1', port, facility: 'local0' },
  });
  logger = made;
  return made;
}

afterEach(async () => {
  await logger?.close();
  logger = undefined;
});

describe('lines for a syslog server over TCP', () => {
  test('arrive one a message, redacted, with their level', async () => {
    await using server = await new StreamServer().start();
    const log = logTo('tcp', server.port);
    log.error('a.b: one', { password: 'x', city: 'Şırnak' });
    log.info('a.c: two');
    await log.close();
    await until(() => server.messages.length === 2, 'both messages');
    expect(server.messages[0]).toMatch(/^<131>1 2026-03-01T08:00:00\.000Z \S+ gecit \d+ a\.b - \{/);
    const json = server.messages[0]?.slice(server.messages[0].indexOf('{')) ?? '';
    expect(JSON.parse(json)).toMatchObject({ event: 'a.b', password: '[redacted]', city: 'Şırnak' });
    expect(log.lost()).toEqual({ syslog: 0 });
  });

  test('wait for one that is away, which is said once, and arrive in order when it is back', async () => {
    await using server = await new StreamServer().start();
    await server.stop();
    const said: string[] = [];
    const events = { unreachable: () => said.push('away'), reached: () => said.push('back') };
    const address = { protocol: 'tcp', host: '127.0.0.1', port: server.port } as const;
    const sender = new StreamSender(address, events, 1);
    for (let place = 0; place < 50; place++) sender.send(Buffer.from(String(place)));
    await until(() => said.length >= 2, 'two failures');
    expect(server.messages).toEqual([]);
    await server.start();
    await until(() => server.messages.length === 50, 'all that waited');
    await until(() => said.at(-1) === 'back', 'the word that it is back');
    expect(server.messages).toEqual(Array.from({ length: 50 }, (_, place) => String(place)));
    expect(sender.lost()).toBe(0);
    await sender.close();
  });

  test('are bounded and counted while it stays away', async () => {
    const server = await new StreamServer().start();
    await server.stop();
    const events = { unreachable: () => undefined, reached: () => undefined };
    const sender = new StreamSender({ protocol: 'tcp', host: '127.0.0.1', port: server.port }, events);
    for (let place = 0; place < 12_000; place++) sender.send(Buffer.from('x'));
    expect(sender.lost()).toBe(2_000);
    await sender.close();
    expect(sender.lost()).toBe(12_000);
  });

  test('to one that is away are said once to be so; the other logs go on', async () => {
    const server = await new StreamServer().start();
    await server.stop();
    const log = logTo('tcp', server.port);
    log.info('a.b: one');
    await until(() => output.count('syslog.unreachable') > 0, 'the word that it is away');
    for (let place = 0; place < 100; place++) log.info('a.b: one', { place });
    await until(() => output.count('a.b') === 101, 'every line on the other transports');
    expect(output.count('syslog.unreachable')).toBe(1);
    expect(log.lost()).toEqual({ syslog: 0 });
  });

  test('are given up beyond eight megabytes to one that takes none, and close waits half a second at most', async () => {
    await using server = await new StreamServer().start();
    const said: unknown[] = [];
    const events = { unreachable: (cause: unknown) => said.push(cause), reached: () => undefined };
    const address = { protocol: 'tcp', host: '127.0.0.1', port: server.port } as const;
    const sender = new StreamSender(address, events);
    await until(() => server.sockets.size === 1, 'the connection');
    for (const socket of server.sockets) socket.pause();
    const message = Buffer.alloc(8_000, 'x');
    for (let place = 0; place < 8_000; place++) sender.send(message);
    expect(sender.lost()).toBeGreaterThan(5_000);
    expect(said).toContain('the server takes no more');
    const begun = performance.now();
    await sender.close();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(sender.lost()).toBeLessThanOrEqual(8_000);
  });
});

describe('lines for a syslog server over UDP', () => {
  test('arrive one a datagram', async () => {
    const server: DatagramSocket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const arrived: string[] = [];
    server.on('message', (message) => arrived.push(message.toString('utf8')));
    const log = logTo('udp', server.address().port);
    log.warn('a.b: one', { x: 1 });
    await until(() => arrived.length === 1, 'the datagram');
    expect(arrived[0]).toMatch(/^<132>1 \S+ \S+ gecit \d+ a\.b - \{.*"x":1\}$/);
    server.close();
  });

  test('to nobody cost nothing but the lines', async () => {
    const log = logTo('udp', 9);
    for (let place = 0; place < 100; place++) log.info('a.b: one', { place });
    await log.close();
    expect(output.count('a.b')).toBe(100);
  });
});
