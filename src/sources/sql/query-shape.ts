import { type QueryFault, type QueryState } from './sql-engine.ts';

/** A comment or white space, then the word that begins a statement which reads. */
const READS = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*(?:select|with|values)\b/i;

/** Names that an object does not keep as plain members. */
const RESERVED_COLUMN = '__proto__';

export function beginsLikeRead(sql: string): boolean {
  return READS.test(sql);
}

/** The query, cut after the second row: one row answers, two are too many, and no more are ever read. */
export function wrapped(sql: string): string {
  return `SELECT * FROM (${sql}\n) AS gecit_answer LIMIT 2`;
}

/** The first column whose name stands twice or cannot be used; undefined: none. */
export function unusableColumn(columns: readonly string[]): string | undefined {
  return columns.find((name, place) => name === RESERVED_COLUMN || columns.indexOf(name) !== place);
}

export function unusable(fault: QueryFault, detail: string): QueryState {
  return { usable: false, fault, detail };
}
