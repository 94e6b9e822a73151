/** A trigger that refuses every statement of this kind on the table. */
export function never(table: string, statement: 'UPDATE' | 'DELETE'): string {
  return `CREATE TRIGGER ${table}_no_${statement.toLowerCase()} BEFORE ${statement} ON ${table}
    BEGIN SELECT RAISE(ABORT, '${table}: no ${statement}'); END`;
}

/** A trigger that refuses a statement when one of the conditions holds. */
export function refuse(
  table: string,
  statement: 'INSERT' | 'UPDATE' | 'DELETE',
  rule: string,
  conditions: readonly string[],
): string {
  return refuseAs(
    `${table}_${statement.toLowerCase()}`,
    `${statement} ON ${table}`,
    `${table}: ${rule}`,
    conditions,
  );
}

/**
 * The same under a name of its own, for a table that has such a trigger already.
 * @param when e.g. `UPDATE ON audit_head`
 */
export function refuseAs(
  trigger: string,
  when: string,
  message: string,
  conditions: readonly string[],
): string {
  return `CREATE TRIGGER ${trigger} BEFORE ${when}
    WHEN ${conditions.join('\n      OR ')}
    BEGIN SELECT RAISE(ABORT, '${message}'); END`;
}
