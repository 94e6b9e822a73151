/** A trigger that refuses every statement of this kind on the table. */
export function never(table: string, statement: 'UPDATE' | 'DELETE'): string {
  return `CREATE TRIGGER ${table}_no_${statement.toLowerCase()} BEFORE ${statement} ON ${table}
    BEGIN SELECT RAISE(ABORT, '${table}: no ${statement}'); END`;
}

/**
 * A trigger that refuses a statement when one of the conditions holds.
 * @param name tells several triggers of one table and statement apart
 */
export function refuse(
  table: string,
  statement: 'INSERT' | 'UPDATE' | 'DELETE',
  rule: string,
  conditions: readonly string[],
  name = '',
): string {
  const trigger = [table, name, statement.toLowerCase()].filter((part) => part !== '').join('_');
  return `CREATE TRIGGER ${trigger} BEFORE ${statement} ON ${table}
    WHEN ${conditions.join('\n      OR ')}
    BEGIN SELECT RAISE(ABORT, '${table}: ${rule}'); END`;
}
