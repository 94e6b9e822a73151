import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type SqlSourceSettings } from '../../../../src/sources/sql/sql-source-settings.ts';
import {
  BreakingProxy,
  type Fault,
  flood,
  half,
  hang,
  instead,
  passOn,
} from '../../../support/breaking-proxy.ts';
import { Damage } from '../../../support/damage.ts';
import { dataRow, errorResponse, message } from '../../../support/postgres-messages.ts';
import { type PostgresDatabase, startPostgres } from '../../../support/postgres-server.ts';
import { testCertificates } from '../../../support/test-certificates.ts';
import { KNOWN_TCKN, plainServer, TestSqlSource } from '../../../support/test-sql-source.ts';
import { postgresTlsFront } from '../../../support/tls-front.ts';

type Server = NonNullable<SqlSourceSettings['server']>;

const QUERY = 'SELECT ad FROM kisi WHERE tckn = :tckn';
const PERSON = [{ ad: 'Ayşe Işık' }];
/** Long enough for a machine that does other things besides; where a test waits for it, SHORT. */
const LIMIT = 10_000;
const SHORT = 300;

let database: PostgresDatabase;
let proxy: BreakingProxy;
let server: Server;

beforeAll(async () => {
  database = await startPostgres();
  await database.run(`CREATE TABLE kisi AS SELECT '${KNOWN_TCKN}' AS tckn, 'Ayşe Işık' AS ad`);
});
afterAll(async () => {
  await database.stop();
});
beforeEach(async () => {
  proxy = await BreakingProxy.start(Number(new URL(database.url).port));
  server = plainServer('postgres', database.url, proxy.port);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
});

async function open(limits = {}, of = server, timeoutMilliseconds = LIMIT): Promise<TestSqlSource> {
  return TestSqlSource.open(of, { queries: [QUERY], timeoutMilliseconds, limits });
}

/** What comes when the server is itself again; on a slow machine SHORT may be too short a few times. */
async function askAgain(source: TestSqlSource): Promise<unknown> {
  proxy.fault = passOn;
  let end = await source.ask();
  while (end === 'SOURCE_UNAVAILABLE time-limit') end = await source.ask();
  return end;
}

/** Waits for what other parts of this process do. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

const PROBLEM = /^SOURCE_(?:UNAVAILABLE|ANSWER_INVALID) /;
const RANDOM = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');

describe('a PostgreSQL that breaks costs one problem, and the next call is answered', () => {
  test.each<[string, string, () => Fault]>([
    ['hangs', 'SOURCE_UNAVAILABLE time-limit', () => hang],
    ['answers half and hangs', 'SOURCE_UNAVAILABLE time-limit', () => half(20, 'hang')],
    ['answers half and goes', 'SOURCE_UNAVAILABLE answer broke off: CONNECTION_ENDED', () => half(20, 'end')],
    ['answers with rows without end', 'SOURCE_ANSWER_INVALID TOO_MANY_ROWS', () => flood(dataRow('x'.repeat(1000)))],
    ['answers with a row without end', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', () =>
      flood(Buffer.alloc(65_536, 'x'), message('D', Buffer.alloc(0), 0x7fffffff))],
    ['answers with notices without end', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', () =>
      flood(message('N', Buffer.from(`M${'x'.repeat(1000)}\0\0`)))],
    ['lies about a length', 'SOURCE_ANSWER_INVALID ANSWER_TOO_LARGE', () => instead(RANDOM)],
    ['tells an error without an end', 'SOURCE_ANSWER_INVALID PROTOCOL', () => instead(message('E', Buffer.from('SERROR\0C57P01')))],
    ['counts more columns than it sends', 'SOURCE_ANSWER_INVALID PROTOCOL', () => instead(message('T', Buffer.from([255, 255])))],
    ['answers what nobody asked', 'SOURCE_ANSWER_INVALID PROTOCOL', () => instead(message('q', Buffer.alloc(4)))],
    ['is shut down', 'SOURCE_UNAVAILABLE 57P01', () => instead(errorResponse('FATAL', '57P01'))],
  ])('%s: %s', async (_what, outcome, fault) => {
    await using source = await open({}, server, outcome.endsWith('time-limit') ? SHORT : LIMIT);
    proxy.fault = fault();
    expect(await source.ask()).toBe(outcome);
    expect(await askAgain(source)).toEqual(PERSON);
    expect(source.guarded.figures()).toMatchObject({ underWay: 0, breaker: 'closed' });
  }); // prettier-ignore

  test('damages what it sends: no answer or another one, and no end of the gateway', async () => {
    await using source = await open({ concurrency: 50, queue: 200, breakerFailures: 1000 }, server, 1_000);
    const damage = new Damage(7);
    proxy.fault = (data) => damage.of(data);
    const ends = await Promise.all(Array.from({ length: 150 }, async () => source.ask()));
    expect(ends.filter((end) => typeof end === 'string' && !PROBLEM.test(end))).toEqual([]);
    expect(ends.some((end) => typeof end === 'string')).toBe(true);
    expect(await askAgain(source)).toEqual(PERSON);
  });

  test('is not read further than an answer may be long', async () => {
    await using source = await open();
    const before = process.memoryUsage().arrayBuffers;
    proxy.fault = flood(Buffer.alloc(65_536, 'x'), message('D', Buffer.alloc(0), 0x7fffffff));
    await Promise.all([source.ask(), source.ask(), source.ask()]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
    await until(() => proxy.open === 0);
  });
});

describe('a PostgreSQL that goes', () => {
  test('and comes back is asked again: connections that broke meanwhile cost nothing', async () => {
    await using source = await open({ concurrency: 5 });
    await Promise.all(Array.from({ length: 5 }, async () => source.ask()));
    proxy.cut();
    expect(await Promise.all(Array.from({ length: 5 }, async () => source.ask()))).toEqual(
      Array(5).fill(PERSON),
    );
    await database.disconnectAll();
    expect(await Promise.all(Array.from({ length: 5 }, async () => source.ask()))).toEqual(
      Array(5).fill(PERSON),
    );
  });

  test('is left alone after failures in a row, and asked again after a while', async () => {
    await using source = await open({ breakerFailures: 2, breakerSeconds: 0.05 });
    await proxy.refuse();
    expect([await source.ask(), await source.ask(), await source.ask()]).toEqual([
      'SOURCE_UNAVAILABLE ECONNREFUSED',
      'SOURCE_UNAVAILABLE ECONNREFUSED',
      'SOURCE_UNAVAILABLE left-alone',
    ]);
    await proxy.accept();
    let end = await source.ask();
    while (end === 'SOURCE_UNAVAILABLE left-alone') end = await source.ask();
    expect(end).toEqual(PERSON);
    expect(source.events).toEqual(['breaker-opened 2 failures', 'breaker-closed 2 failures']);
  });

  test('in the middle of many calls is asked again by each of them', async () => {
    await using source = await open({ concurrency: 20 });
    await Promise.all(Array.from({ length: 20 }, async () => source.ask()));
    proxy.fault = hang;
    const calls = Array.from({ length: 20 }, async () => source.ask());
    await until(() => proxy.held === 20);
    proxy.fault = passOn;
    proxy.cut();
    expect(await Promise.all(calls)).toEqual(Array(20).fill(PERSON));
    expect(source.guarded.figures()).toMatchObject({ retries: 20, breaker: 'closed' });
  });

  test('was never there: the source starts, and answers as soon as it is', async () => {
    await proxy.refuse();
    await using source = await open();
    expect(source.source.answers()[0]?.columns).toBeUndefined();
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ECONNREFUSED');
    await proxy.accept();
    expect(await source.ask()).toEqual(PERSON);
    expect(source.source.answers()[0]?.columns).toEqual(['ad']);
  });

  test('that was closed by us answers nothing and holds no connection', async () => {
    const source = await open();
    proxy.fault = hang;
    const asked = source.ask();
    await source.guarded.close();
    expect(await asked).toMatch(/^SOURCE_UNAVAILABLE /);
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE the source is closed');
  });
});

describe('a PostgreSQL that does not let us in', () => {
  test.each<[string, string, () => Fault]>([
    ['refuses the user', '28P01', () => instead(errorResponse('FATAL', '28P01'))],
    ['has no room', '53300', () => instead(errorResponse('FATAL', '53300'))],
    ['hangs', 'time-limit', () => hang],
    ['speaks another protocol', 'PROTOCOL', () => instead(message('T', Buffer.from([255, 255])))],
    ['goes', 'CONNECTION_ENDED', () => half(5, 'end')],
  ])('%s: %s', async (_what, cause, fault) => {
    proxy.fault = fault();
    await using source = await open({ retries: 0 }, server, cause === 'time-limit' ? SHORT : LIMIT);
    expect(await source.ask()).toBe(`SOURCE_UNAVAILABLE ${cause}`);
    expect(await askAgain(source)).toEqual(PERSON);
  });

  test('is not asked again with a password that it refused', async () => {
    proxy.fault = instead(errorResponse('FATAL', '28P01'));
    await using source = await open({ retries: 3 });
    const before = proxy.taken;
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE 28P01');
    expect(proxy.taken - before).toBe(1);
  });
});

describe('TLS to PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-tls-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, testCertificates().ca.certificate);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each<[string, string, Server['tls'], unknown]>([
    ['proves itself to its authority', '127.0.0.1', { mode: 'verify', ca }, PERSON],
    [
      'has another name',
      '127.0.0.2',
      { mode: 'verify', ca },
      'SOURCE_UNAVAILABLE ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'has an unknown authority',
      '127.0.0.1',
      { mode: 'verify' },
      'SOURCE_UNAVAILABLE UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['need not prove itself', '127.0.0.2', { mode: 'encrypt' }, PERSON],
  ])('a server that %s', async (_what, host, tls, outcome) => {
    await using front = await postgresTlsFront(proxy.port, testCertificates().server);
    await using source = await open({}, { ...server, host, port: front.port, tls });
    expect(await source.ask()).toEqual(outcome);
  });

  test('is never given up for a server that has none', async () => {
    await using source = await open({}, { ...server, tls: { mode: 'encrypt' } });
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ERR_TLS_NOT_OFFERED');
  });
});
