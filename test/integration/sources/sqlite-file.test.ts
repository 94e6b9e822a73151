import { copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { type QueryState } from '../../../src/sources/sql/sql-engine.ts';
import { type ReadAnswer, SqliteFile } from '../../../src/sources/sql/sqlite/sqlite-file.ts';

let folder: string;
let path: string;
let file: SqliteFile | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-sqlite-'));
  path = join(folder, 'register.db');
});

afterEach(() => {
  file?.close();
  file = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function write(sql: string, at = path): void {
  const database = new Database(at);
  database.exec(sql);
  database.close();
}

function opened(sql: string, parameters: string[] = []): SqliteFile {
  file = new SqliteFile(path, [{ sql, parameters }], 0);
  return file;
}

function stateOf(sql: string, parameters: string[] = []): QueryState | string {
  const state = opened(sql, parameters).begin();
  file?.end();
  if (state === undefined) return 'unchanged';
  return state.reachable ? (state.queries[0] ?? 'no query') : state.reason;
}

function faultOf(sql: string, parameters: string[] = []): string {
  const state = stateOf(sql, parameters);
  return typeof state === 'string' || state.usable ? 'no fault' : state.fault;
}

/** One transaction with one read; the columns when they are news. */
function readOnce(from: SqliteFile, ...values: string[]): { columns: unknown; answer: ReadAnswer } {
  const state = from.begin();
  const answer = from.read(0, values);
  from.end();
  const query = state?.reachable === true ? state.queries[0] : undefined;
  return { columns: query?.usable === true ? query.columns : state, answer };
}

describe('a query is checked when the file is opened', () => {
  beforeEach(() => {
    write("CREATE TABLE t (tckn TEXT, ad TEXT); INSERT INTO t VALUES ('1', 'Ayşe')");
  });

  test('one SELECT that reads is usable and tells its columns', () => {
    expect(stateOf('SELECT ad AS adSoyad, 1 AS n FROM t WHERE tckn = ?', ['tckn'])).toEqual({
      usable: true,
      columns: ['adSoyad', 'n'],
    });
    expect(stateOf('-- kayıt\n/* x */ WITH a AS (SELECT 1 AS n) SELECT n FROM a -- son')).toMatchObject({
      usable: true,
    });
  });

  test.each([
    ["INSERT INTO t VALUES ('2', 'x')"],
    ["UPDATE t SET ad = 'x' RETURNING ad"],
    ['WITH a AS (SELECT 1) DELETE FROM t RETURNING ad'],
    ['DROP TABLE t'],
    ['PRAGMA user_version'],
    ['EXPLAIN SELECT 1'],
    ["ATTACH 'x.db' AS x"],
    ['VACUUM'],
    ['BEGIN'],
  ])('%s is refused: it is not a SELECT that only reads', (sql) => {
    expect(faultOf(sql)).toBe('not-a-read');
  });

  test.each([
    ['SELECT 1; DELETE FROM t'],
    ['SELECT FROM t'],
    ['SELECT ad FROM missing'],
    ['SELECT missing FROM t'],
    [''],
    ['SELECT 1) UNION ALL SELECT (2'],
  ])('%j is refused: the database does not take it', (sql) => {
    expect(faultOf(sql)).toBe('invalid');
  });

  test('parameters that are no input fields, or literals that look like one, are refused', () => {
    expect(faultOf('SELECT ad FROM t WHERE tckn = :other')).toBe('parameters');
    expect(faultOf('SELECT ad FROM t WHERE tckn = ? AND ad = ?', ['tckn'])).toBe('parameters');
    expect(faultOf("SELECT '?' FROM t", ['tckn'])).toBe('parameters');
  });

  test('columns of one name, or of a name that no object keeps, are refused', () => {
    expect(faultOf('SELECT ad, tckn AS ad FROM t')).toBe('columns');
    expect(faultOf('SELECT ad AS "__proto__" FROM t')).toBe('columns');
  });
});

describe('reading', () => {
  test('gives at most two rows, however many match', () => {
    write("CREATE TABLE t (ad TEXT); INSERT INTO t VALUES ('a'), ('b'), ('c')");
    expect(readOnce(opened('SELECT ad FROM t ORDER BY ad')).answer).toEqual([['a'], ['b']]);
  });

  test('gives text and numbers as they are stored, and neither blobs nor infinite numbers', () => {
    write('CREATE TABLE t (a, b, c, d, e)');
    write("INSERT INTO t VALUES ('Çağrı', 37, NULL, x'00ff', 9e999)");
    expect(readOnce(opened('SELECT * FROM t')).answer).toEqual([['Çağrı', 37, null, {}, {}]]);
  });

  test.each([
    ['text', "SELECT printf('%.*c', 1048577, 'x') AS a"],
    ['a blob', 'SELECT zeroblob(1048577) AS a'],
    ['a row', "SELECT printf('%.*c', 600000, 'x') AS a, zeroblob(600000) AS b"],
  ])('%s of more than 1 MiB is refused', (_, sql) => {
    write('CREATE TABLE t (a)');
    expect(readOnce(opened(sql)).answer).toBe('ROW_TOO_LARGE');
  });

  test('loads no extension', () => {
    write('CREATE TABLE t (a)');
    expect(readOnce(opened("SELECT load_extension('x') AS a")).answer).toBe('SQLITE_ERROR');
  });

  test('a failure of one row tells its code and none of its values', () => {
    write('CREATE TABLE t (a)');
    const answer = readOnce(
      opened('SELECT json_extract(?, ?) AS a', ['tckn', 'tckn']),
      '{"gizli',
      '$.x',
    ).answer;
    expect(answer).toBe('SQLITE_ERROR');
  });
});

describe('a file that changes', () => {
  const SELECT = 'SELECT * FROM t';

  beforeEach(() => {
    write("CREATE TABLE t (ad TEXT, iban TEXT); INSERT INTO t VALUES ('Ayşe', 'TR01')");
  });

  test('new rows are seen without opening the file again, unless its size or time changed', () => {
    const open = opened(SELECT);
    expect(readOnce(open)).toEqual({ columns: ['ad', 'iban'], answer: [['Ayşe', 'TR01']] });
    expect(readOnce(open)).toEqual({ columns: undefined, answer: [['Ayşe', 'TR01']] });
    write("UPDATE t SET ad = 'Fatma'");
    expect(readOnce(open).answer).toEqual([['Fatma', 'TR01']]);
  });

  test('another file at the same path is the one that is read', () => {
    const open = opened(SELECT);
    readOnce(open);
    const next = join(folder, 'next.db');
    write("CREATE TABLE t (ad TEXT, iban TEXT); INSERT INTO t VALUES ('Zehra', 'TR02')", next);
    renameSync(next, path);
    expect(readOnce(open).answer).toEqual([['Zehra', 'TR02']]);
  });

  test('a value never appears under the name of another column after the table changed', () => {
    const open = opened(SELECT);
    readOnce(open);
    write("DROP TABLE t; CREATE TABLE t (iban TEXT, ad TEXT); INSERT INTO t VALUES ('TR01', 'Ayşe')");
    expect(readOnce(open)).toEqual({ columns: ['iban', 'ad'], answer: [['TR01', 'Ayşe']] });
  });

  test('nor in a database with a write-ahead log, whose file does not change', () => {
    write('PRAGMA journal_mode = WAL');
    const keeper = new Database(path);
    try {
      const open = opened(SELECT);
      readOnce(open);
      keeper.exec("DROP TABLE t; CREATE TABLE t (iban TEXT, ad TEXT); INSERT INTO t VALUES ('TR01', 'Ayşe')");
      expect(readOnce(open)).toEqual({ columns: ['iban', 'ad'], answer: [['TR01', 'Ayşe']] });
    } finally {
      keeper.close();
    }
  });

  test('nor when a file with an equal schema version is copied over it', () => {
    const open = opened(SELECT);
    readOnce(open);
    const next = join(folder, 'next.db');
    write("CREATE TABLE t (iban TEXT, ad TEXT); INSERT INTO t VALUES ('TR01', 'Ayşe')", next);
    copyFileSync(next, path);
    expect(readOnce(open)).toEqual({ columns: ['iban', 'ad'], answer: [['TR01', 'Ayşe']] });
  });

  test('a query that the new table does not fit is not asked', () => {
    const open = opened('SELECT ad FROM t');
    readOnce(open);
    write('DROP TABLE t');
    expect(readOnce(open).answer).toBe('QUERY_NOT_USABLE');
  });

  test('a file that is missing, and comes back, is read again', () => {
    const open = opened(SELECT);
    readOnce(open);
    const away = join(folder, 'away.db');
    renameSync(path, away);
    expect(readOnce(open)).toEqual({ columns: { reachable: false, reason: 'ENOENT' }, answer: 'ENOENT' });
    renameSync(away, path);
    expect(readOnce(open)).toEqual({ columns: ['ad', 'iban'], answer: [['Ayşe', 'TR01']] });
  });

  test('a file that is no database, or half of one, cannot be read', () => {
    const open = opened(SELECT);
    writeFileSync(path, 'bu bir veritabanı değil '.repeat(500));
    expect(readOnce(open).answer).toBe('SQLITE_NOTADB');
    rmSync(path);
    write("CREATE TABLE t (ad TEXT, iban TEXT); INSERT INTO t VALUES ('Ayşe', 'TR01')");
    truncateSync(path, 4096);
    expect(readOnce(open).answer).toBe('SQLITE_CORRUPT');
  });

  test('a locked file is busy until the lock is gone, before and after it was opened', () => {
    const locker = new Database(path);
    try {
      const open = opened(SELECT);
      locker.exec('BEGIN EXCLUSIVE');
      expect(readOnce(open)).toMatchObject({ columns: { reachable: false, reason: 'SQLITE_BUSY' } });
      locker.exec('ROLLBACK');
      expect(readOnce(open).answer).toEqual([['Ayşe', 'TR01']]);
      locker.exec('BEGIN EXCLUSIVE');
      expect(readOnce(open)).toEqual({ columns: undefined, answer: 'SQLITE_BUSY' });
      locker.exec('ROLLBACK');
      expect(readOnce(open)).toEqual({ columns: undefined, answer: [['Ayşe', 'TR01']] });
    } finally {
      locker.close();
    }
  });
});
