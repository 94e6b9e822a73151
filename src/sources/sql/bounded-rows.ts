import { MAX_ROW_SIZE } from './sql-engine.ts';

/** Stands for a blob, an infinite number or anything else that JSON has no form for; no agreed type takes an object. */
const NO_JSON_FORM = Object.freeze({});

/** The rows with values that JSON carries without loss, or `ROW_TOO_LARGE`. Changes the rows in place. */
export function boundedRows(rows: unknown[][]): unknown[][] | 'ROW_TOO_LARGE' {
  for (const row of rows) {
    let size = 0;
    for (let place = 0; place < row.length; place++) {
      const value = row[place];
      if (typeof value === 'string' || Buffer.isBuffer(value)) size += value.length;
      if (!hasJsonForm(value)) row[place] = NO_JSON_FORM;
    }
    if (size > MAX_ROW_SIZE) return 'ROW_TOO_LARGE';
  }
  return rows;
}

function hasJsonForm(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
