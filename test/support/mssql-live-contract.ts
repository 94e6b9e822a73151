import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type MssqlOperationSettings } from '../../src/sources/mssql/mssql-source-settings.ts';
import { BreakingProxy, hang, passOn } from './breaking-proxy.ts';
import { type LiveMssql, type MssqlDatabase } from './mssql-server.ts';
import { mssqlFaults, TestMssqlSource } from './test-mssql-source.ts';
import { KNOWN_TCKN } from './test-sql-source.ts';

const QUERY = 'SELECT ad_soyad AS adSoyad FROM kisi WHERE tckn = :tckn';

/** What holds for a source on a live SQL Server. */
export function describeLiveMssql(live: LiveMssql): void {
  describe(`a source on the live server ${live.name}`, () => {
    let database: MssqlDatabase;

    beforeAll(async () => {
      database = await live.create();
      await database.run('CREATE TABLE kisi (tckn varchar(11), ad_soyad nvarchar(max), eski varchar(20))');
      await database.run(`INSERT INTO kisi VALUES ('${KNOWN_TCKN}', N'Işıl İğdır Çağrı Öğüt ıİ', N'ışğİŞĞ'),
        ('17160614084', N'Bir', ''), ('17160614084', N'İki', ''), ('17160614084', N'Üç', ''),
        ('20000000046', replicate(cast(N'ğ' AS nvarchar(max)), 1024 * 1024 + 1), '')`);
      await database.run(`CREATE PROCEDURE dbo.Getir @TcKimlikNo varchar(11), @Ad nvarchar(100) = NULL OUTPUT AS
        SET NOCOUNT ON; SELECT @Ad = left(ad_soyad, 100) FROM kisi WHERE tckn = @TcKimlikNo;
        SELECT ad_soyad AS adSoyad FROM kisi WHERE tckn = @TcKimlikNo`);
      await database.run(`CREATE PROCEDURE dbo.IkiKume @tckn varchar(11) AS SELECT 1 AS a; SELECT 2 AS b`);
      await database.run(`CREATE PROCEDURE dbo.Gecici @tckn varchar(11) AS
        CREATE TABLE #t (ad nvarchar(10)); INSERT INTO #t VALUES (N'Ayşe'); SELECT ad FROM #t`);
    });
    afterAll(async () => {
      await database[Symbol.asyncDispose]();
    });

    const open = async (operation: Partial<MssqlOperationSettings>, more = {}): Promise<TestMssqlSource> =>
      TestMssqlSource.open({ operation, server: database.server, ...more });

    test('answers with Turkish text, knows nobody else, and gives at most two rows', async () => {
      await using source = await open({ query: QUERY });
      expect(await source.ask()).toEqual([{ adSoyad: 'Işıl İğdır Çağrı Öğüt ıİ' }]);
      expect(await source.ask('30000000046')).toEqual([]);
      expect(await source.ask('17160614084')).toHaveLength(2);
      expect(source.source.answers()[0]?.columns).toEqual(['adSoyad']);
      await using old = await open({ query: 'SELECT eski FROM kisi WHERE tckn = :tckn' });
      expect(await old.ask()).toEqual([{ eski: 'ışğİŞĞ' }]);
    });

    test('calls procedures: rows, OUTPUT parameters, several result sets, temporary tables', async () => {
      const getir = { procedure: 'dbo.Getir', arguments: { TcKimlikNo: 'tckn' } };
      await using rows = await open(getir);
      expect(await rows.ask()).toEqual([{ adSoyad: 'Işıl İğdır Çağrı Öğüt ıİ' }]);
      expect(await rows.ask('17160614084')).toBe('SOURCE_ANSWER_INVALID TOO_MANY_ROWS');
      await using outputs = await open({ ...getir, outputs: { Ad: 'nvarchar(100)' } });
      expect(await outputs.ask()).toEqual([{ Ad: 'Işıl İğdır Çağrı Öğüt ıİ' }]);
      expect(await outputs.ask('30000000046')).toEqual([]);
      await using second = await open({ procedure: 'dbo.IkiKume', resultSet: 2 });
      expect(await second.ask()).toEqual([{ b: 2 }]);
      await using temporary = await open({ procedure: 'dbo.Gecici' });
      expect(await temporary.ask()).toEqual([{ ad: 'Ayşe' }]);
    });

    test('reads every type the same way wherever it runs', async () => {
      const query = `SELECT cast(1 AS bit) AS b, cast(9007199254740993 AS bigint) AS big, cast(37 AS bigint) AS i8,
        cast(12.50 AS decimal(9,2)) AS n, cast('2026-03-01' AS date) AS d, cast('08:15' AS time(0)) AS t,
        cast('2026-03-01T00:30:00.1234567' AS datetime2) AS dt, cast('2026-03-01T00:30:00+03:00' AS datetimeoffset) AS tz,
        0xfeff AS bytes, cast(NULL AS int) AS nil WHERE :tckn <> ''`;
      await using source = await open({ query });
      expect(await source.ask()).toEqual([
        {
          b: true, big: '9007199254740993', i8: 37, n: 12.5, d: '2026-03-01', t: '08:15:00',
          dt: '2026-03-01T00:30:00.1234567', tz: '2026-02-28T21:30:00Z', bytes: {}, nil: null,
        },
      ]); // prettier-ignore
    });

    test('takes SQL in a value as a value, and a row above 1 MiB for no answer', async () => {
      await using source = await open({ query: QUERY });
      for (const text of ["' OR 1=1", "'; DROP T", '@tckn', '%']) expect(await source.ask(text)).toEqual([]);
      expect(await source.ask('20000000046')).toBe('SOURCE_ANSWER_INVALID ROW_TOO_LARGE');
      expect(await source.ask()).toHaveLength(1);
    });

    test('ends a statement that runs too long on both sides', async () => {
      await database.run(
        `CREATE PROCEDURE dbo.Bekle @tckn varchar(11) AS WAITFOR DELAY '0:00:30'; SELECT 1 AS a`,
      );
      await using source = await open({ procedure: 'dbo.Bekle' }, { timeoutMilliseconds: 1_000 });
      expect(await source.ask()).toBe('SOURCE_UNAVAILABLE time-limit');
      const running = `SELECT session_id FROM sys.dm_exec_requests WHERE database_id = db_id() AND session_id <> @@SPID`;
      let left = await database.run(running);
      for (let tries = 0; tries < 200 && left.length > 0; tries++) left = await database.run(running);
      expect(left).toEqual([]);
    });

    test('is asked again when its connections broke, and answers when it comes back', async () => {
      await using proxy = await BreakingProxy.start(database.server.port);
      const server = { ...database.server, host: '127.0.0.1', port: proxy.port };
      await using source = await TestMssqlSource.open({
        operation: { query: QUERY },
        server,
        limits: { concurrency: 3 },
      });
      const three = async (): Promise<unknown[]> => Promise.all([source.ask(), source.ask(), source.ask()]);
      expect((await three()).flat()).toHaveLength(3);
      proxy.cut();
      expect((await three()).flat()).toHaveLength(3);
      proxy.fault = hang;
      const hung = source.ask();
      while (proxy.held === 0) await new Promise(setImmediate);
      proxy.fault = passOn;
      proxy.cut();
      expect(await hung).toHaveLength(1);
    });

    test.each([
      ['SOURCE_QUERY_INVALID', { query: 'SELECT ad FROM yok WHERE tckn = :tckn' }],
      ['SOURCE_QUERY_INVALID', { query: 'SELECT yok FROM kisi WHERE tckn = :tckn' }],
      ['SOURCE_QUERY_INVALID', { procedure: 'dbo.Yok' }],
      ['SOURCE_QUERY_PARAMETERS', { query: 'SELECT tckn FROM kisi WHERE tckn = :tckn AND eski = @diger' }],
      ['SOURCE_QUERY_PARAMETERS', { procedure: 'dbo.Getir' }],
      ['SOURCE_QUERY_COLUMNS', { query: 'SELECT tckn, eski AS tckn FROM kisi WHERE tckn = :tckn' }],
    ])('%s: %p', async (code, operation) => {
      expect(await mssqlFaults({ operation, server: database.server })).toEqual([code]);
    });
  });
}
