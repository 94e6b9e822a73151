/** Rows of a raw statement, as either driver hands them back. */
export function rowsOf(result: unknown): readonly unknown[] {
  return Array.isArray(result) ? result : (result as { readonly rows: readonly unknown[] }).rows;
}

/** The only row of a raw statement. */
export function firstRow(result: unknown): unknown {
  const [row] = rowsOf(result);
  if (row === undefined) throw new Error('the database answered no row');
  return row;
}

/** A 64-bit integer: SQL Server's driver gives it as text. All of the gateway's are safe integers. */
export function wholeNumber(value: number | string): number {
  return Number(value);
}

/** The row with some of its columns as whole numbers. */
export function wholeNumbers<Row extends object>(row: Row, ...columns: readonly (keyof Row)[]): Row {
  const read: Row = { ...row };
  for (const column of columns) {
    const value: unknown = row[column];
    if (typeof value === 'string') read[column] = Number(value) as Row[keyof Row];
  }
  return read;
}
