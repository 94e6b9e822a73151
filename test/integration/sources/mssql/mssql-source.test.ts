import { type Socket } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Damage } from '../../../support/damage.ts';
import { describeLiveMssql } from '../../../support/mssql-live-contract.ts';
import { MSSQL_SERVERS, tellMssqlNotThere } from '../../../support/mssql-server.ts';
import {
  columns,
  done,
  error,
  loginAck,
  packet,
  PRELOGIN,
  routing,
  row,
  TABULAR,
} from '../../../support/tds-tokens.ts';
import { TdsServer } from '../../../support/tds-server.ts';
import { TestMssqlSource } from '../../../support/test-mssql-source.ts';

const QUERY = 'SELECT ad FROM kisi WHERE tckn = :tckn';
const PROBLEM = /^SOURCE_(?:UNAVAILABLE|ANSWER_INVALID) /;
const LIMIT = 10_000;
const SHORT = 300;
const PERSON = [{ ad: 'Işıl Çağrı' }];
const GOOD = Buffer.concat([columns(['ad', 'nvarchar']), row('Işıl Çağrı'), done()]);

let server: TdsServer;

beforeAll(tellMssqlNotThere);
beforeEach(async () => {
  server = await TdsServer.start();
  server.answer = () => GOOD;
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

async function open(limits = {}, timeoutMilliseconds = LIMIT): Promise<TestMssqlSource> {
  return TestMssqlSource.open({
    operation: { query: QUERY },
    server: { port: server.port },
    limits,
    timeoutMilliseconds,
  });
}

/** What comes when the server is itself again; on a slow machine SHORT may be too short a few times. */
async function askAgain(source: TestMssqlSource): Promise<unknown> {
  server.fault = undefined;
  server.answer = () => GOOD;
  let end = await source.ask();
  while (end === 'SOURCE_UNAVAILABLE time-limit') end = await source.ask();
  return end;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

/** Sends the same again and again until nobody takes it. */
function pour(socket: Socket, head: Buffer, chunk: Buffer): Buffer | undefined {
  socket.write(head);
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    socket.once('drain', more);
  };
  more();
  return undefined;
}

const NOT_LAST = (data: Buffer): Buffer => {
  const whole = packet(TABULAR, data);
  whole[1] = 0;
  return whole;
};

describe('the driver of SQL Server, against a server in this process', () => {
  test('reads Turkish text of both kinds, numbers and nobody', async () => {
    await using source = await TestMssqlSource.open({
      operation: { query: QUERY },
      server: { port: server.port },
    });
    // Code page 1254: ı ş ğ İ.
    const old = Buffer.from([0xfd, 0xfe, 0xf0, 0xdd]);
    server.answer = () =>
      Buffer.concat([
        columns(['ad', 'nvarchar'], ['eski', 'varchar'], ['n', 'int']),
        row('Işıl', old, 37),
        done(),
      ]);
    expect(await source.ask()).toEqual([{ ad: 'Işıl', eski: 'ışğİ', n: 37 }]);
    server.answer = () => Buffer.concat([columns(['ad', 'nvarchar']), done()]);
    expect(await source.ask()).toEqual([]);
    expect(server.asked.at(-1)?.text).toContain('SET ROWCOUNT 2;\nSELECT ad FROM kisi WHERE tckn = @tckn');
    expect(server.asked.at(-1)?.text).toContain('@tckn varchar(11)');
  });

  test.each<[string, string, (socket: Socket) => Buffer | undefined]>([
    ['hangs', 'SOURCE_UNAVAILABLE time-limit', () => undefined],
    ['answers half and hangs', 'SOURCE_UNAVAILABLE time-limit', (socket) => {
      socket.write(packet(TABULAR, GOOD).subarray(0, 30));
      return undefined;
    }],
    ['answers half and goes', 'SOURCE_UNAVAILABLE answer broke off: CONNECTION_ENDED', (socket) => {
      socket.end(packet(TABULAR, GOOD).subarray(0, 30));
      return undefined;
    }],
    ['answers with rows without end', 'SOURCE_ANSWER_INVALID TOO_MANY_ROWS', (socket) =>
      pour(socket, NOT_LAST(columns(['ad', 'nvarchar'])), NOT_LAST(row('x'.repeat(1000))))],
    ['answers with result sets without end', 'SOURCE_ANSWER_INVALID TOO_MANY_RESULT_SETS', (socket) =>
      pour(socket, Buffer.alloc(0), NOT_LAST(Buffer.concat([columns(['ad', 'nvarchar']), done(true)])))],
    ['answers with messages without end', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', (socket) => {
      const info = error(0, 0, 'x'.repeat(1000));
      info[0] = 0xab;
      return pour(socket, Buffer.alloc(0), NOT_LAST(info));
    }],
    ['sends a token that there is not', 'SOURCE_ANSWER_INVALID PROTOCOL', () => packet(TABULAR, Buffer.from([0x01, 2, 3]))],
    ['sends a packet shorter than its head', 'SOURCE_ANSWER_INVALID PROTOCOL', () => Buffer.from([4, 1, 0, 2, 0, 0, 0, 0])],
    ['sends a row without columns', 'SOURCE_ANSWER_INVALID NO_RESULT_SET', () => packet(TABULAR, Buffer.concat([row('x'), done()]))],
    ['sends what belongs to a login', 'SOURCE_ANSWER_INVALID PROTOCOL', () => packet(TABULAR, loginAck())],
    ['tells an error', 'SOURCE_UNAVAILABLE MSSQL_208', () => packet(TABULAR, Buffer.concat([error(208, 16, 'yok'), done()]))],
  ])('a server that %s: %s', async (_what, outcome, fault) => {
    await using source = await open({}, outcome.endsWith('time-limit') ? SHORT : LIMIT);
    server.fault = (_request, socket) => fault(socket);
    expect(await source.ask()).toBe(outcome);
    expect(await askAgain(source)).toEqual(PERSON);
    expect(source.guarded.figures()).toMatchObject({ underWay: 0, breaker: 'closed' });
  }); // prettier-ignore

  test.each<[string, string, (kind: string, socket: Socket) => Buffer | undefined]>([
    ['hangs', 'time-limit', () => undefined],
    ['goes', 'CONNECTION_ENDED', (_kind, socket) => {
      socket.end();
      return undefined;
    }],
    ['speaks another protocol', 'PROTOCOL', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends garbage in place of a login', 'PROTOCOL', (kind) =>
      packet(TABULAR, kind === 'prelogin' ? PRELOGIN : Buffer.from([0x01, 2, 3]))],
    ['refuses the user', 'MSSQL_18456', (kind) =>
      packet(TABULAR, kind === 'prelogin' ? PRELOGIN : Buffer.concat([error(18456, 14, 'x'), done()]))],
    ['sends us elsewhere', 'REDIRECTED', (kind) =>
      packet(TABULAR, kind === 'prelogin' ? PRELOGIN : Buffer.concat([routing('baska.example', 1433), loginAck()]))],
  ])('a server that %s at login: %s', async (_what, cause, fault) => {
    server.fault = ({ kind }, socket) => fault(kind, socket);
    await using source = await open({ retries: 0 }, cause === 'time-limit' ? SHORT : LIMIT);
    expect(await source.ask()).toBe(`SOURCE_UNAVAILABLE ${cause}`);
    expect(await askAgain(source)).toEqual(PERSON);
  }); // prettier-ignore

  test('a server that damages what it sends gives no answer or another one, and does not end the gateway', async () => {
    await using source = await open({ concurrency: 50, queue: 300, breakerFailures: 1000 }, 1_000);
    const damage = new Damage(13);
    server.fault = ({ kind }, socket) => {
      const whole = kind === 'prelogin' ? PRELOGIN : kind === 'login' ? loginAck() : GOOD;
      socket.write(damage.of(packet(TABULAR, whole)));
      return undefined;
    };
    const ends = await Promise.all(Array.from({ length: 200 }, async () => source.ask()));
    expect(ends.filter((end) => typeof end === 'string' && !PROBLEM.test(end))).toEqual([]);
    expect(ends.some((end) => typeof end === 'string')).toBe(true);
    expect(await askAgain(source)).toEqual(PERSON);
  });

  test('a server that goes and comes back is asked again', async () => {
    await using source = await open({ concurrency: 3 });
    const three = async (): Promise<unknown[]> => Promise.all([source.ask(), source.ask(), source.ask()]);
    expect(await three()).toEqual([PERSON, PERSON, PERSON]);
    server.cut();
    expect(await three()).toEqual([PERSON, PERSON, PERSON]);
    await server.refuse();
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ECONNREFUSED');
    await server.accept();
    expect(await source.ask()).toEqual(PERSON);
  });

  test('a server in the middle of calls is asked again by each of them', async () => {
    await using source = await open({ concurrency: 3 });
    server.answer = () => undefined;
    const before = server.asked.length;
    const calls = [source.ask(), source.ask(), source.ask()];
    await until(
      () => server.asked.slice(before).filter(({ text }) => text.includes('ROWCOUNT')).length === 3,
    );
    server.answer = () => GOOD;
    server.cut();
    expect(await Promise.all(calls)).toEqual([PERSON, PERSON, PERSON]);
  });

  test('a server that was never there costs nothing until it is asked', async () => {
    await server.refuse();
    await using source = await open();
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ECONNREFUSED');
    await server.accept();
    expect(await source.ask()).toEqual(PERSON);
  });

  test('a server that offers no encryption is not asked where the settings want it', async () => {
    await using source = await TestMssqlSource.open({
      operation: { query: QUERY },
      server: { port: server.port, host: 'localhost', tls: { mode: 'verify' } },
    });
    expect(await source.ask()).toMatch(/^SOURCE_UNAVAILABLE /);
    expect(server.asked.map(({ kind }) => kind)).not.toContain('login');
  });
});

for (const live of MSSQL_SERVERS) describeLiveMssql(live);
