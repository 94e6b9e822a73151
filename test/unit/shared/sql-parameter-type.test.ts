import { describe, expect, test } from '@jest/globals';
import { declareSqlType, parseSqlParameterType } from '../../../src/shared/sql-parameter-type.ts';

describe('parameter types of T-SQL', () => {
  test.each(['varchar(11)', 'nvarchar(4000)', 'char(1)', 'decimal(11,0)', 'bigint', 'date'])(
    '%s is one',
    (text) => {
      const type = parseSqlParameterType(text);
      expect(type === undefined ? undefined : declareSqlType(type)).toBe(text);
    },
  );

  test.each([
    'varchar',
    'varchar(max)',
    'varchar(9999)',
    'decimal(11)',
    'int(4)',
    'text',
    'varchar(1); DROP',
    'constructor',
    '',
  ])('%j is none', (text) => {
    expect(parseSqlParameterType(text)).toBeUndefined();
  });
});
