import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SqlSourceSettings } from '../../../../src/sources/sql/sql-source-settings.ts';
import { type PostgresDatabase, startPostgres } from '../../../support/postgres-server.ts';
import { faultsOfQuery, KNOWN_TCKN, plainServer, TestSqlSource } from '../../../support/test-sql-source.ts';

let database: PostgresDatabase;
let server: NonNullable<SqlSourceSettings['server']>;

const NAME = 'SELECT ad_soyad AS "adSoyad" FROM kisi WHERE tckn = :tckn';

beforeAll(async () => {
  database = await startPostgres();
  server = plainServer('postgres', database.url);
  await database.run(`
    CREATE TABLE kisi (tckn varchar(11), ad_soyad text, dogum date, n bigint);
    INSERT INTO kisi VALUES
      ('${KNOWN_TCKN}', 'Işıl İğdır Çağrı Öğüt ıİ', '1990-02-28', 37),
      ('17160614084', 'Bir', NULL, NULL), ('17160614084', 'İki', NULL, NULL), ('17160614084', 'Üç', NULL, NULL),
      ('20000000046', repeat('ğ', 1024 * 1024 + 1), NULL, NULL);
    CREATE FUNCTION yaz() RETURNS text LANGUAGE sql AS $$ INSERT INTO kisi VALUES ('x', 'x') RETURNING tckn $$;
    CREATE FUNCTION bekle(t text) RETURNS text LANGUAGE sql AS
      $$ SELECT CASE WHEN t = '${KNOWN_TCKN}' THEN pg_sleep(30)::text ELSE 'hemen' END $$`);
});

afterAll(async () => {
  await database.stop();
});

describe('a SQL source on PostgreSQL', () => {
  test('answers with Turkish text, knows nobody else, and gives at most two rows', async () => {
    await using source = await TestSqlSource.open(server, { queries: [NAME] });
    expect(await source.ask()).toEqual([{ adSoyad: 'Işıl İğdır Çağrı Öğüt ıİ' }]);
    expect(await source.ask('30000000046')).toEqual([]);
    expect(await source.ask('17160614084')).toHaveLength(2);
    expect(source.source.answers().map(({ columns }) => columns)).toEqual([['adSoyad']]);
    expect(source.events).toEqual([]);
  });

  test('reads every type the same way wherever it runs', async () => {
    const query = `SELECT true AS b, 1::smallint AS i2, 2147483647 AS i4, 9007199254740991 AS i8, 9007199254740993 AS big,
      12.50::numeric(9,2) AS n, 0.1::float8 AS f, 'NaN'::float8 AS nan, '2026-03-01'::date AS d, '08:15'::time AS t,
      '2026-03-01 00:30:00.5'::timestamp AS ts, '2026-03-01 00:30:00+03'::timestamptz AS tz, '\\xfeff'::bytea AS bytes,
      '{"a":[1]}'::jsonb AS j, ARRAY['a','b'] AS a, 'ş  '::char(3) AS c, NULL AS nil, 'infinity'::date AS inf
      WHERE :tckn <> ''`;
    await using source = await TestSqlSource.open(server, { queries: [query] });
    expect(await source.ask()).toEqual([
      {
        b: true, i2: 1, i4: 2147483647, i8: 9007199254740991, big: '9007199254740993', n: '12.50', f: 0.1, nan: {},
        d: '2026-03-01', t: '08:15:00', ts: '2026-03-01T00:30:00.5', tz: '2026-02-28T21:30:00Z', bytes: {},
        j: '{"a": [1]}', a: '{a,b}', c: 'ş  ', nil: null, inf: 'infinity',
      },
    ]); // prettier-ignore
  });

  test('takes SQL in a value as a value, and values for columns of other types', async () => {
    const number = 'SELECT ad_soyad AS ad FROM kisi WHERE tckn::bigint = :tckn';
    await using source = await TestSqlSource.open(server, { queries: [NAME, number] });
    for (const text of ["' OR '1'='1", "x'; DROP TABLE kisi; --", '$1', ':tckn', '\\', 'x\u0001'])
      expect(await source.ask(text)).toEqual([]);
    expect(await source.ask("x'", 1)).toBe('SOURCE_UNAVAILABLE 22P02');
    expect(await source.ask()).toHaveLength(1);
  });

  test('gives many queries at once their own answers over few connections', async () => {
    const query =
      "SELECT :tckn || '' AS tckn, (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS n";
    await using source = await TestSqlSource.open(server, {
      queries: [query],
      limits: { concurrency: 4, queue: 500 },
    });
    const tckns = Array.from({ length: 200 }, (_, place) => String(10000000000 + place));
    const answers = await Promise.all(tckns.map(async (tckn) => source.ask(tckn)));
    const records = answers.flat() as { tckn: string; n: number }[];
    expect(records.map((record) => record.tckn)).toEqual(tckns);
    expect(Math.max(...records.map(({ n }) => n))).toBeLessThanOrEqual(4);
  });

  test('writes nothing, not even through a function, and keeps the connection', async () => {
    await using source = await TestSqlSource.open(server, {
      queries: ['SELECT yaz() AS ad WHERE :tckn <> :tckn || 1', NAME],
      limits: { concurrency: 1 },
    });
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE 25006');
    expect(await source.ask(KNOWN_TCKN, 1)).toHaveLength(1);
  });

  test('takes a row above 1 MiB for no answer', async () => {
    await using source = await TestSqlSource.open(server, { queries: [NAME] });
    expect(await source.ask('20000000046')).toBe('SOURCE_ANSWER_INVALID ROW_TOO_LARGE');
    expect(await source.ask()).toHaveLength(1);
  });

  test('goes on with the columns of the day when a table is changed', async () => {
    await database.run("CREATE TABLE sicil AS SELECT '1'::text AS tckn, 'eski'::text AS durum");
    await using source = await TestSqlSource.open(server, {
      queries: ["SELECT * FROM sicil WHERE :tckn <> ''"],
      limits: { concurrency: 1 },
    });
    expect(await source.ask()).toEqual([{ tckn: '1', durum: 'eski' }]);
    await database.run(
      'ALTER TABLE sicil DROP COLUMN durum; ALTER TABLE sicil ADD COLUMN unvan int DEFAULT 5',
    );
    expect(await source.ask()).toEqual([{ tckn: '1', unvan: 5 }]);
    expect(source.source.answers()[0]?.columns).toEqual(['tckn', 'unvan']);
    await database.run('DROP TABLE sicil');
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE 42P01');
    await database.run("CREATE TABLE sicil AS SELECT 'geri' AS tckn");
    expect(await source.ask()).toEqual([{ tckn: 'geri' }]);
  });

  test('ends a statement that runs too long on both sides, while others are answered', async () => {
    await using source = await TestSqlSource.open(server, {
      queries: ['SELECT bekle(:tckn) AS ad'],
      timeoutMilliseconds: 400,
    });
    const [slow, quick] = await Promise.all([source.ask(), source.ask('30000000046')]);
    expect(slow).toBe('SOURCE_UNAVAILABLE time-limit');
    expect(quick).toEqual([{ ad: 'hemen' }]);
    await expect(activeStatements()).resolves.toBe(0);
  });
});

/** Statements of this database that still run; asked until the server had its time to end them. */
async function activeStatements(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const { rows } = await database.run(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gecit' AND state = 'active'",
    );
    const { n } = rows[0] as { n: number };
    if (n === 0 || tries === 100) return n;
  }
}

describe('queries are held against PostgreSQL when the source is made', () => {
  test.each([
    ['SOURCE_QUERY_NOT_READ_ONLY', 'DELETE FROM kisi WHERE tckn = :tckn RETURNING tckn'],
    [
      'SOURCE_QUERY_NOT_READ_ONLY',
      'WITH a AS (DELETE FROM kisi RETURNING tckn) SELECT tckn FROM a WHERE tckn = :tckn',
    ],
    ['SOURCE_QUERY_INVALID', 'SELECT 1 AS a WHERE :tckn = :tckn; DELETE FROM kisi'],
    ['SOURCE_QUERY_INVALID', 'SELECT 1 WHERE :tckn = :tckn) UNION ALL SELECT (2'],
    ['SOURCE_QUERY_INVALID', 'SELECT ad FROM yok WHERE tckn = :tckn'],
    ['SOURCE_QUERY_INVALID', 'SELECT yok FROM kisi WHERE tckn = :tckn'],
    ['SOURCE_QUERY_PARAMETERS', 'SELECT tckn FROM kisi'],
    ['SOURCE_QUERY_PARAMETERS', "SELECT ':tckn' AS tckn FROM kisi"],
    ['SOURCE_QUERY_PARAMETERS', 'SELECT tckn FROM kisi WHERE tckn = :tckn AND ad_soyad = :ad'],
    ['SOURCE_QUERY_PARAMETERS', 'SELECT tckn FROM kisi WHERE tckn = :tckn AND tckn = $2'],
    ['SOURCE_QUERY_COLUMNS', 'SELECT tckn, ad_soyad AS tckn FROM kisi WHERE tckn = :tckn'],
    ['SOURCE_QUERY_COLUMNS', 'SELECT tckn AS "__proto__" FROM kisi WHERE tckn = :tckn'],
  ])('%s: %s', async (code, query) => {
    expect(await faultsOfQuery(server, query)).toEqual([code]);
  });

  test('a comment at its end, a semicolon, a WITH and a cast are no faults', async () => {
    const query =
      "/* kayıt */ WITH a AS (SELECT tckn FROM kisi) SELECT * FROM a WHERE tckn = :tckn::varchar -- ':x\n;";
    expect(await faultsOfQuery(server, query)).toEqual([]);
  });

  test('a missing grant is no fault of the settings', async () => {
    await database.run(`CREATE ROLE okur LOGIN; CREATE TABLE gizli (tckn text)`);
    const reader = { ...server, user: 'okur' };
    const query = 'SELECT tckn FROM gizli WHERE tckn = :tckn';
    expect(await faultsOfQuery(reader, query)).toEqual([]);
    await using source = await TestSqlSource.open(reader, { queries: [query] });
    expect(await source.ask()).toBe('SOURCE_UNAVAILABLE 42501');
    await database.run('GRANT SELECT ON gizli TO okur');
    expect(await source.ask()).toEqual([]);
  });
});
