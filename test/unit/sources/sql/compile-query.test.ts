import { describe, expect, test } from '@jest/globals';
import { compileQuery } from '../../../../src/sources/sql/compile-query.ts';

describe('compileQuery', () => {
  test('puts a placeholder where a named parameter stands, in order and as often as it stands', () => {
    expect(compileQuery('sqlite', 'SELECT :b, :a FROM t WHERE a = :a', ['a', 'b'])).toEqual({
      sql: 'SELECT ?, ? FROM t WHERE a = ?',
      parameters: ['b', 'a', 'a'],
    });
  });

  test('leaves names that are no input in the text', () => {
    expect(compileQuery('sqlite', "SELECT '12:30', :other WHERE 1 = :tckn", ['tckn'])).toEqual({
      sql: "SELECT '12:30', :other WHERE 1 = ?",
      parameters: ['tckn'],
    });
  });

  test('leaves what stands in literals, quoted names, comments and casts', () => {
    const text = `SELECT ':a', "x:a", /* :a */ \`:a\`, $$:a$$, $q$:a$q$, n::a -- :a\n, :a, 'it''s :a', e :a`;
    expect(compileQuery('postgres', text, ['a'])).toEqual({
      sql: `SELECT ':a', "x:a", /* :a */ \`:a\`, $$:a$$, $q$:a$q$, n::a -- :a\n, $1, 'it''s :a', e $1`,
      parameters: ['a'],
    });
  });

  test.each([
    ['sqlite', '? ? ?', ['b', 'a', 'b']],
    ['mysql', '? ? ?', ['b', 'a', 'b']],
    ['postgres', '$1 $2 $1', ['b', 'a']],
    ['mssql', '@b @a @b', ['b', 'a']],
  ] as const)('writes the placeholders of %s', (dialect, sql, parameters) => {
    expect(compileQuery(dialect, ':b :a :b', ['a', 'b'])).toEqual({ sql, parameters });
  });

  test('drops one semicolon at the end', () => {
    expect(compileQuery('sqlite', ' SELECT 1 ;\n', []).sql).toBe('SELECT 1');
    expect(compileQuery('sqlite', 'SELECT 1; SELECT 2;', []).sql).toBe('SELECT 1; SELECT 2');
  });
});
