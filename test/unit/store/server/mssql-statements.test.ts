import { beforeAll, describe, expect, test } from '@jest/globals';
import { RULES } from '../../../../src/store/migrations/guards/server-rules.ts';
import { STATEMENTS } from '../../../../src/store/register-statements.ts';
import { insertRows } from '../../../../src/store/server/insert-rows.ts';
import { FakeMssql, type SentStatement } from '../../../support/fake-mssql.ts';
import { everythingSent, spelled } from '../../../support/sent-to-mssql.ts';
import { parseTransactSql } from '../../../support/transact-sql.ts';

/** Names of our tables and columns that T-SQL reserves, of its documented list. */
const RESERVED = ['key', 'plan'];
const CREATED = /^CREATE TABLE/;

let server: FakeMssql;

beforeAll(async () => {
  server = await everythingSent();
});

function sent(pattern: RegExp): readonly SentStatement[] {
  const found = server.sent.filter(({ sql }) => pattern.test(sql));
  if (found.length === 0) throw new Error(`nothing like ${String(pattern)} was sent`);
  return found;
}

function ofType(
  pattern: RegExp,
  value: (parameter: SentStatement['parameters'][number]) => boolean,
): string[] {
  return sent(pattern).flatMap(({ parameters }) => parameters.filter(value).map(({ type }) => type));
}

describe('what the gateway says to SQL Server', () => {
  test('parses as T-SQL', () => {
    const distinct = new Map(server.sent.map((statement) => [statement.sql, statement]));
    expect(distinct.size).toBeGreaterThan(150);
    const faults = [...distinct.values()].flatMap((statement) => {
      const fault = parseTransactSql(statement.sql);
      return fault === undefined ? [] : [`${fault}\n${spelled(statement)}`];
    });
    expect(faults).toEqual([]);
  });

  test('is not parsed by a parser that takes anything', () => {
    const others = [
      'insert into [a] ([b]) values (1) returning [b]',
      'insert into [a] ([b]) values (1) on conflict ([b]) do nothing',
      'insert into [a] ([b]) values (1',
      'select [a] from [b] order [a]',
      'delete from [a] where',
      "CREATE TRIGGER t ON a AFTER INSERT AS BEGIN SET NOCOUNT ON; IF EXISTS (SELECT 1 FROM inserted i WHERE) THROW 51000, 'x', 1; END",
    ];
    for (const sql of others) expect(parseTransactSql(sql)).toBeDefined();
  });

  test('holds every change of a register and every guard', () => {
    for (const statement of Object.values(STATEMENTS).flat())
      expect(
        server.sent.some(({ sql }) => sql.startsWith(statement.slice(0, statement.search(/[:(]/)))),
      ).toBe(true);
    expect(sent(/^CREATE TRIGGER/)).toHaveLength(RULES.length);
  });

  test('never asks for OUTPUT, which a table with a trigger refuses (334)', () => {
    expect(server.sent.filter(({ sql }) => /\boutput\b/i.test(sql))).toEqual([]);
  });

  test('has at most 1,000 rows in one VALUES and 2,100 parameters, of any number of rows', async () => {
    await using other = new FakeMssql();
    const rows = Array.from({ length: 5_000 }, (_, idx) => ({ log: 1, idx }));
    await insertRows(other.pool(), 'audit_leaf', rows);
    await insertRows(other.pool(), 'audit_kid', rows.map(({ idx }) => ({ kid: String(idx) }))); // prettier-ignore
    const all = [...server.sent, ...other.sent];
    expect(Math.max(...all.map(({ parameters }) => parameters.length))).toBeLessThanOrEqual(2_100);
    const inserted = (sql: string): number => sql.split(/\bvalues\b/)[1]?.match(/\(/g)?.length ?? 0;
    expect(Math.max(...all.map(({ sql }) => inserted(sql)))).toBe(1_000);
    const bound = other.sent.filter(({ batch }) => !batch).flatMap(({ parameters }) => parameters);
    expect(bound).toHaveLength(15_000);
  });

  test('binds times as whole numbers of 64 bits, and a Date, which is of the table of migrations alone, exactly', () => {
    const isTime = ({ value }: { value: unknown }): boolean => typeof value === 'number' && value > 1e12;
    expect(new Set(ofType(/./, isTime))).toEqual(new Set(['BigInt']));
    const dated = server.sent.filter(({ parameters }) =>
      parameters.some(({ type }) => type.startsWith('Date')),
    );
    expect(dated.filter(({ sql }) => !sql.startsWith('insert into [migration] '))).toEqual([]);
    expect(new Set(ofType(/^insert into \[migration\]/, ({ value }) => value instanceof Date))).toEqual(
      new Set(['DateTime2']),
    );
  });

  test('binds bytes as bytes, and writes a null among them as NULL: bound, it would be text', () => {
    const [part] = sent(/^insert into \[audit_personal\]/);
    expect(part?.sql).toMatch(/values \(.*NULL, .*NULL.*\), \(/);
    expect(ofType(/^insert into \[audit_personal\]/, ({ value }) => value === null)).toEqual([]);
    expect(new Set(ofType(/./, ({ value }) => Buffer.isBuffer(value)))).toEqual(new Set(['VarBinary']));
  });

  test('compares text by code point in every column, whatever the database does', () => {
    const columns = sent(CREATED).flatMap(
      ({ sql }) => sql.match(/nvarchar\((?:\d+|max)\)(?: collate \w+)?/g) ?? [],
    );
    const ours = sent(CREATED)
      .filter(({ sql }) => !sql.includes('[migration'))
      .flatMap(({ sql }) => sql.match(/nvarchar\((?:\d+|max)\)(?: collate \w+)?/g) ?? []);
    expect(columns.length).toBeGreaterThan(60);
    expect(ours.filter((column) => !column.endsWith(' collate Latin1_General_100_BIN2'))).toEqual([]);
  });

  test('quotes the names that T-SQL reserves', () => {
    const names = new Set(
      sent(CREATED).flatMap(({ sql }) => [...sql.matchAll(/\[(\w+)\]/g)].map(([, name]) => name)),
    );
    for (const name of RESERVED) {
      expect(names).toContain(name);
      const bare = new RegExp(`(?<![\\w\\[".@'-])${name}(?![\\w\\]"'-])`, 'i');
      const bareUses = server.sent.filter(({ sql }) =>
        bare.test(sql.replaceAll(/(primary|foreign) key|'[^']*'/gi, '')),
      );
      expect(bareUses.map(({ sql }) => sql)).toEqual([]);
    }
  });

  test('names what belongs to the system as it is spelled: a Turkish database tells i from I', () => {
    const system = server.sent.flatMap(({ sql }) => sql.match(/\b(?:information_schema|sys)\.\w+/gi) ?? []);
    expect(new Set(system)).toEqual(new Set(['INFORMATION_SCHEMA.TABLES', 'sys.databases']));
  });

  test('rests the quota on one update with its condition, and not on hints', () => {
    for (const { sql } of sent(/^update \[quota_counter\]/))
      expect(sql).toMatch(/ where \(scope = @p\d+ AND day = @p\d+ AND used = @p\d+\)/);
  });

  test('limits each wait for a lock for the whole life of a connection, in a batch of its own', () => {
    const locks = server.sent.filter(({ sql }) => sql.startsWith('SET '));
    expect(locks.map(({ sql, batch }) => [sql, batch])).toEqual(
      server.connections.map(() => [expect.stringMatching(/^SET LOCK_TIMEOUT (2000|10000)$/), true]),
    );
  });

  test('begins transactions at READ COMMITTED, copies at SNAPSHOT, and goes back to READ COMMITTED', () => {
    const [committed, snapshot] = ['begin at 2', 'begin at 5'];
    const { transactions } = server;
    const at = transactions.indexOf(snapshot);
    expect(transactions.slice(at, at + 4)).toEqual([snapshot, 'commit', committed, 'commit']);
    expect(new Set(transactions)).toEqual(new Set([committed, snapshot, 'commit']));
  });
});
