import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SqlSourceSettings } from '../../src/sources/sql/sql-source-settings.ts';
import { BreakingProxy, hang, passOn } from './breaking-proxy.ts';
import { type LiveMysql, type MysqlDatabase } from './mysql-server.ts';
import { faultsOfQuery, KNOWN_TCKN, plainServer, TestSqlSource } from './test-sql-source.ts';

const NAME = 'SELECT ad_soyad AS "adSoyad" FROM kisi WHERE tckn = :tckn';

/** What holds for a SQL source on a live server of MySQL or MariaDB. */
export function describeLiveMysql(live: LiveMysql): void {
  describe(`a SQL source on the live server ${live.name}`, () => {
    let database: MysqlDatabase;
    let server: NonNullable<SqlSourceSettings['server']>;

    beforeAll(async () => {
      database = await live.create();
      server = plainServer('mysql', database.url);
      await database.run(`
      CREATE TABLE kisi (tckn varchar(11), ad_soyad longtext);
      INSERT INTO kisi VALUES ('${KNOWN_TCKN}', 'Işıl İğdır Çağrı Öğüt ıİ'),
        ('17160614084', 'Bir'), ('17160614084', 'İki'), ('17160614084', 'Üç'),
        ('20000000046', repeat('ğ', 1024 * 1024 + 1));
      CREATE FUNCTION yaz() RETURNS int NOT DETERMINISTIC MODIFIES SQL DATA
        BEGIN INSERT INTO kisi VALUES ('x', 'x'); RETURN 1; END;
      CREATE TABLE eski (ad varchar(20)) CHARACTER SET latin5;
      INSERT INTO eski VALUES ('ışğİŞĞ')`);
    });
    afterAll(async () => {
      await database[Symbol.asyncDispose]();
    });

    test('answers with Turkish text, knows nobody else, and gives at most two rows', async () => {
      const old = "SELECT ad FROM eski WHERE :tckn <> ''";
      await using source = await TestSqlSource.open(server, { queries: [NAME, old] });
      expect(await source.ask()).toEqual([{ adSoyad: 'Işıl İğdır Çağrı Öğüt ıİ' }]);
      expect(await source.ask('30000000046')).toEqual([]);
      expect(await source.ask('17160614084')).toHaveLength(2);
      expect(await source.ask('', 1)).toEqual([]);
      expect(await source.ask('x', 1)).toEqual([{ ad: 'ışğİŞĞ' }]);
      expect(source.source.answers().map(({ columns }) => columns)).toEqual([['adSoyad'], ['ad']]);
    });

    test('reads every type the same way wherever it runs', async () => {
      await database.run(`
      CREATE TABLE tur (i8 bigint, big bigint, u8 bigint unsigned, n decimal(9,2), f double, d date, t time,
        dt datetime(3), ts timestamp NULL, y year, b blob, bits bit(3), j json, c char(5), bo boolean, nil int, zero date);
      SET SESSION sql_mode = '', time_zone = '+03:00';
      INSERT INTO tur VALUES (9007199254740991, 9007199254740993, 18446744073709551615, 12.50, 0.1, '2026-03-01',
        '08:15:00', '2026-03-01 00:30:00.5', '2026-03-01 00:30:00', 2026, 'x', b'101', '{"a": 1}', 'ş', true, NULL, '0000-00-00')`);
      await using source = await TestSqlSource.open(server, {
        queries: ["SELECT * FROM tur WHERE :tckn <> ''"],
      });
      expect(await source.ask()).toEqual([
      {
        i8: 9007199254740991, big: '9007199254740993', u8: '18446744073709551615', n: '12.50', f: 0.1,
        d: '2026-03-01', t: '08:15:00', dt: '2026-03-01T00:30:00.500', ts: '2026-02-28T21:30:00Z', y: 2026,
        b: {}, bits: {}, j: '{"a": 1}', c: 'ş', bo: 1, nil: null, zero: '0000-00-00',
      },
    ]); // prettier-ignore
    });

    test('takes SQL in a value as a value', async () => {
      await using source = await TestSqlSource.open(server, { queries: [NAME] });
      for (const text of ["' OR '1'='1", "x'; DROP TABLE kisi; --", '?', ':tckn', '\\', "\\'", '%'])
        expect(await source.ask(text)).toEqual([]);
      expect(await source.ask()).toHaveLength(1);
    });

    test('gives many queries at once their own answers over few connections', async () => {
      const query = "SELECT concat(:tckn, '') AS tckn, connection_id() AS id";
      await using source = await TestSqlSource.open(server, {
        queries: [query],
        limits: { concurrency: 4, queue: 500 },
      });
      const tckns = Array.from({ length: 200 }, (_, place) => String(10000000000 + place));
      const records = (await Promise.all(tckns.map(async (tckn) => source.ask(tckn)))).flat() as {
        tckn: string;
        id: number;
      }[];
      expect(records.map(({ tckn }) => tckn)).toEqual(tckns);
      expect(new Set(records.map(({ id }) => id)).size).toBeLessThanOrEqual(4);
    });

    test('writes nothing, not even through a function, and keeps the connection', async () => {
      await using source = await TestSqlSource.open(server, {
        queries: ["SELECT yaz() AS ad WHERE :tckn <> ''", NAME],
        limits: { concurrency: 1 },
      });
      expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION');
      expect(await source.ask(KNOWN_TCKN, 1)).toHaveLength(1);
    });

    test('takes a row above 1 MiB for no answer', async () => {
      await using source = await TestSqlSource.open(server, { queries: [NAME] });
      expect(await source.ask('20000000046')).toBe('SOURCE_ANSWER_INVALID ROW_TOO_LARGE');
      expect(await source.ask()).toHaveLength(1);
    });

    test('ends a statement that runs too long on both sides, while others are answered', async () => {
      await using source = await TestSqlSource.open(server, {
        queries: [`SELECT if(:tckn = '${KNOWN_TCKN}', sleep(30), 'hemen') AS ad`],
        timeoutMilliseconds: 1000,
      });
      const [slow, quick] = await Promise.all([source.ask(), source.ask('30000000046')]);
      expect(slow).toBe('SOURCE_UNAVAILABLE time-limit');
      expect(quick).toEqual([{ ad: 'hemen' }]);
      const left =
        "SELECT count(*) AS n FROM information_schema.processlist WHERE db = database() AND info LIKE '%sleep%30%' AND id <> connection_id()";
      let running = 1;
      for (let tries = 0; tries < 200 && running > 0; tries++)
        running = ((await database.run(left)) as { n: number }[])[0]?.n ?? 0;
      expect(running).toBe(0);
    });

    test('goes on with the columns of the day when a table is changed', async () => {
      await database.run("CREATE TABLE sicil AS SELECT '1' AS tckn, 'eski' AS durum");
      await using source = await TestSqlSource.open(server, {
        queries: ["SELECT * FROM sicil WHERE :tckn <> ''"],
        limits: { concurrency: 1 },
      });
      expect(await source.ask()).toEqual([{ tckn: '1', durum: 'eski' }]);
      await database.run('ALTER TABLE sicil DROP COLUMN durum, ADD COLUMN unvan int DEFAULT 5');
      expect(await source.ask()).toEqual([{ tckn: '1', unvan: 5 }]);
      expect(source.source.answers()[0]?.columns).toEqual(['tckn', 'unvan']);
    });

    test('is asked again when its connections broke, and answers when it comes back', async () => {
      await using proxy = await BreakingProxy.start(server.port);
      await using source = await TestSqlSource.open(
        { ...server, port: proxy.port },
        { queries: [NAME], limits: { concurrency: 5 } },
      );
      const five = async (): Promise<unknown[]> =>
        Promise.all(Array.from({ length: 5 }, async () => source.ask()));
      expect((await five()).flat()).toHaveLength(5);
      proxy.cut();
      expect((await five()).flat()).toHaveLength(5);
      await proxy.refuse();
      expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ECONNREFUSED');
      await proxy.accept();
      proxy.fault = hang;
      const hung = source.ask();
      while (proxy.held === 0) await new Promise(setImmediate);
      proxy.fault = passOn;
      proxy.cut();
      expect(await hung).toHaveLength(1);
    });

    test.each([
      ['SOURCE_QUERY_NOT_READ_ONLY', 'DELETE FROM kisi WHERE tckn = :tckn'],
      ['SOURCE_QUERY_INVALID', 'SELECT 1 AS a WHERE :tckn = :tckn; DELETE FROM kisi'],
      ['SOURCE_QUERY_INVALID', 'SELECT 1 AS a WHERE :tckn = :tckn) UNION ALL SELECT (2'],
      ['SOURCE_QUERY_INVALID', 'SELECT ad FROM yok WHERE tckn = :tckn'],
      ['SOURCE_QUERY_INVALID', 'SELECT yok FROM kisi WHERE tckn = :tckn'],
      ['SOURCE_QUERY_PARAMETERS', "SELECT ':tckn' AS tckn FROM kisi"],
      ['SOURCE_QUERY_PARAMETERS', 'SELECT tckn FROM kisi WHERE tckn = :tckn AND ad_soyad = :ad'],
      ['SOURCE_QUERY_PARAMETERS', 'SELECT tckn FROM kisi WHERE tckn = :tckn AND tckn = ?'],
      ['SOURCE_QUERY_COLUMNS', 'SELECT tckn, ad_soyad AS tckn FROM kisi WHERE tckn = :tckn'],
    ])('%s: %s', async (code, query) => {
      expect(await faultsOfQuery(server, query)).toEqual([code]);
    });

    test('refuses a wrong password without asking again', async () => {
      await using proxy = await BreakingProxy.start(server.port);
      const wrong = { ...server, port: proxy.port, password: () => 'yanlış' };
      await using source = await TestSqlSource.open(wrong, { queries: [NAME], limits: { retries: 3 } });
      const before = proxy.taken;
      expect(await source.ask()).toBe('SOURCE_UNAVAILABLE ER_ACCESS_DENIED_ERROR');
      expect(proxy.taken - before).toBe(1);
    });
  });
}
