import mysql from 'mysql2';

const { Types } = mysql;

/** What of a column's definition decides how its values are read. */
export interface MysqlColumn {
  readonly name: string;
  readonly columnType?: number | undefined;
}

/**
 * Values as the driver gives them, with points in time in ISO 8601: `DATETIME` without a zone, `TIMESTAMP` in UTC, the
 * session's zone. `DECIMAL` is a text, and so is a whole number that a JSON number cannot carry. Changes the row in place.
 */
export function readValues(row: unknown[], columns: readonly MysqlColumn[]): unknown[] {
  columns.forEach(({ columnType }, place) => {
    const value = row[place];
    if (typeof value !== 'string') return;
    if (columnType === Types.DATETIME) row[place] = value.replace(' ', 'T');
    else if (columnType === Types.TIMESTAMP) row[place] = `${value.replace(' ', 'T')}Z`;
  });
  return row;
}
