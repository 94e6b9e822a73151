import { type Socket } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type SqlSourceSettings } from '../../../../src/sources/sql/sql-source-settings.ts';
import { Damage } from '../../../support/damage.ts';
import { FakeMysql } from '../../../support/fake-mysql.ts';
import { binaryRow, errorPacket, packets, resultHead, resultSet } from '../../../support/mysql-packets.ts';
import { describeLiveMysql } from '../../../support/mysql-live-contract.ts';
import { MYSQL_SERVERS, tellMysqlNotThere } from '../../../support/mysql-server.ts';
import { plainServer, TestSqlSource } from '../../../support/test-sql-source.ts';

const QUERY = 'SELECT ad FROM kisi WHERE tckn = :tckn';
const PERSON = [{ ad: 'Işıl Çağrı' }];
const PROBLEM = /^SOURCE_(?:UNAVAILABLE|ANSWER_INVALID) /;
const LIMIT = 10_000;
const SHORT = 300;

let mysql: FakeMysql;
let server: NonNullable<SqlSourceSettings['server']>;

beforeAll(tellMysqlNotThere);
beforeEach(async () => {
  mysql = await FakeMysql.start();
  server = plainServer('mysql', 'mysql://okur@127.0.0.1/sicil', mysql.port);
});
afterEach(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function open(limits = {}, timeoutMilliseconds = LIMIT): Promise<TestSqlSource> {
  return TestSqlSource.open(server, { queries: [QUERY], timeoutMilliseconds, limits });
}

/** What comes when the server is itself again; on a slow machine SHORT may be too short a few times. */
async function askAgain(source: TestSqlSource): Promise<unknown> {
  mysql.greeting = undefined;
  mysql.answer = () => resultSet(['ad'], ['Işıl Çağrı']);
  let end = await source.ask();
  while (end === 'SOURCE_UNAVAILABLE time-limit') end = await source.ask();
  return end;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

/** Sends packets again and again, counted on, until nobody takes them. */
function pour(socket: Socket, head: readonly Buffer[], payload: Buffer): Buffer | undefined {
  let count = 1 + head.length;
  socket.write(packets(1, ...head));
  const more = (): void => {
    while (!socket.destroyed && socket.write(packets(count++, payload)));
    socket.once('drain', more);
  };
  more();
  return undefined;
}

describe('a MySQL that breaks costs one problem, and the next call is answered', () => {
  test.each<[string, string, (socket: Socket) => Buffer | undefined]>([
    ['hangs', 'SOURCE_UNAVAILABLE time-limit', () => undefined],
    ['answers half and hangs', 'SOURCE_UNAVAILABLE time-limit', () => resultSet(['ad'], ['x']).subarray(0, 20)],
    ['answers half and goes', 'SOURCE_UNAVAILABLE answer broke off: PROTOCOL_CONNECTION_LOST', (socket) => {
      socket.end(resultSet(['ad'], ['x']).subarray(0, 20));
      return undefined;
    }],
    ['answers with rows without end', 'SOURCE_ANSWER_INVALID TOO_MANY_ROWS', (socket) =>
      pour(socket, resultHead(['ad']), binaryRow('x'.repeat(1000)))],
    ['answers with columns without end', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', (socket) => {
      const [, column = Buffer.alloc(0)] = resultHead(['x'.repeat(1000)]);
      return pour(socket, [Buffer.from([0xfd, 0xff, 0xff, 0xff])], column);
    }],
    ['answers with a packet without end', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', (socket) => {
      socket.write(Buffer.from([0xff, 0xff, 0xff, 1]));
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'x')));
        socket.once('drain', more);
      };
      more();
      return undefined;
    }],
    ['speaks another protocol', 'SOURCE_ANSWER_INVALID PROTOCOL', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(300_000))],
    ['counts its packets wrong', 'SOURCE_ANSWER_INVALID PROTOCOL', () => packets(7, ...resultHead(['ad']))],
    ['sends a row that ends too early', 'SOURCE_ANSWER_INVALID PROTOCOL', () =>
      packets(1, ...resultHead(['ad']), Buffer.from([0, 0, 0xfc, 0xff]), Buffer.from([0xfe, 0, 0, 2, 0]))],
    ['asks for a file of ours', 'SOURCE_ANSWER_INVALID PROTOCOL', () => packets(1, Buffer.from('\xfb/etc/passwd', 'latin1'))],
    ['ends the session', 'SOURCE_UNAVAILABLE ER_SERVER_SHUTDOWN', () => errorPacket(1053, '08S01', 'x')],
    ['tells an error', 'SOURCE_UNAVAILABLE ER_NO_SUCH_TABLE', () => errorPacket(1146, '42S02', 'x')],
    ['ends a statement', 'SOURCE_UNAVAILABLE time-limit', () => errorPacket(3024, 'HY000', 'x')],
  ])('%s: %s', async (_what, outcome, fault) => {
    const hangs = _what.includes('hangs');
    await using source = await open({}, hangs ? SHORT : LIMIT);
    mysql.answer = fault;
    expect(await source.ask()).toBe(outcome);
    expect(await askAgain(source)).toEqual(PERSON);
    expect(source.guarded.figures()).toMatchObject({ underWay: 0, breaker: 'closed' });
  }); // prettier-ignore

  test.each<[string, string, (socket: Socket) => Buffer | undefined]>([
    ['hangs', 'time-limit', () => undefined],
    ['goes', 'PROTOCOL_CONNECTION_LOST', (socket) => {
      socket.end();
      return undefined;
    }],
    ['has no room', 'ER_CON_COUNT_ERROR', () => packets(0, Buffer.concat([Buffer.from([0xff, 0x10, 0x04]), Buffer.from('dolu')]))],
    ['greets with garbage', 'PROTOCOL', () => packets(0, Buffer.from([10, 1]))],
  ])('at login, one that %s: %s', async (_what, cause, greeting) => {
    mysql.greeting = greeting;
    await using source = await open({ retries: 0 }, cause === 'time-limit' ? SHORT : LIMIT);
    expect(await source.ask()).toBe(`SOURCE_UNAVAILABLE ${cause}`);
    expect(await askAgain(source)).toEqual(PERSON);
  }); // prettier-ignore

  test('a server that damages what it sends gives no answer or another one, and does not end the gateway', async () => {
    await using source = await open({ concurrency: 50, queue: 300, breakerFailures: 1000 }, 1_000);
    const damage = new Damage(11);
    mysql.answer = () => damage.of(resultSet(['ad'], ['Işıl Çağrı']));
    const ends = await Promise.all(Array.from({ length: 200 }, async () => source.ask()));
    expect(ends.filter((end) => typeof end === 'string' && !PROBLEM.test(end))).toEqual([]);
    expect(ends.some((end) => typeof end === 'string')).toBe(true);
    expect(await askAgain(source)).toEqual(PERSON);
  });

  test('a server that goes and comes back is asked again', async () => {
    await using source = await open({ concurrency: 3 });
    const three = async (): Promise<unknown[]> => Promise.all([source.ask(), source.ask(), source.ask()]);
    expect(await three()).toEqual([PERSON, PERSON, PERSON]);
    mysql.cut();
    expect(await three()).toEqual([PERSON, PERSON, PERSON]);
    await mysql.refuse();
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ECONNREFUSED');
    await mysql.accept();
    expect(await source.ask()).toEqual(PERSON);
  });

  test('a server in the middle of calls is asked again by each of them', async () => {
    await using source = await open({ concurrency: 3 });
    mysql.answer = () => undefined;
    const calls = [source.ask(), source.ask(), source.ask()];
    await until(() => mysql.executed === 3);
    mysql.answer = () => resultSet(['ad'], ['Işıl Çağrı']);
    mysql.cut();
    expect(await Promise.all(calls)).toEqual([PERSON, PERSON, PERSON]);
  });

  test('a server without encryption is not told a password where the settings want it', async () => {
    server = { ...server, tls: { mode: 'encrypt' } };
    await using source = await open();
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE HANDSHAKE_NO_SSL_SUPPORT');
  });

  test.each([
    ['8.0.36', 'max_execution_time = 10000'],
    ['5.5.5-10.11.6-MariaDB', 'max_statement_time = 10'],
  ])('a session on %s can only read, in UTC, within its time: %s', async (version, limit) => {
    mysql.serverVersion = version;
    await using source = await open();
    expect(await source.ask()).toEqual(PERSON);
    expect(mysql.settings).toEqual([
      `SET SESSION time_zone = '+00:00', ${limit}`,
      'SET SESSION TRANSACTION READ ONLY',
    ]);
  });
});

for (const live of MYSQL_SERVERS) describeLiveMysql(live);
