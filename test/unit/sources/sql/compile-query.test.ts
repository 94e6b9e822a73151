import { describe, expect, test } from '@jest/globals';
import { compileQuery } from '../../../../src/sources/sql/compile-query.ts';

describe('compileQuery', () => {
  test('puts a placeholder where a named parameter stands, in order and as often as it stands', () => {
    expect(compileQuery('better-sqlite3', 'SELECT :b, :a FROM t WHERE a = :a', ['a', 'b'])).toEqual({
      sql: 'SELECT ?, ? FROM t WHERE a = ?',
      parameters: ['b', 'a', 'a'],
    });
  });

  test('leaves names that are no input in the text', () => {
    expect(compileQuery('better-sqlite3', "SELECT '12:30', :other WHERE 1 = :tckn", ['tckn'])).toEqual({
      sql: "SELECT '12:30', :other WHERE 1 = ?",
      parameters: ['tckn'],
    });
  });

  test('drops one semicolon at the end', () => {
    expect(compileQuery('better-sqlite3', ' SELECT 1 ;\n', []).sql).toBe('SELECT 1');
    expect(compileQuery('better-sqlite3', 'SELECT 1; SELECT 2;', []).sql).toBe('SELECT 1; SELECT 2');
  });
});
