import { type Database } from 'better-sqlite3';
import { type CompiledQuery, type QueryFault, type QueryState } from '../sql-engine.ts';
import { failureCode } from './failure-code.ts';

/** A comment or white space, then the word that begins a statement which reads. */
const READS = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*(?:select|with|values)\b/i;

/** Names that an object does not keep as plain members. */
const RESERVED_COLUMN = '__proto__';

/**
 * Prepares the query and says whether it is one SELECT that only reads, with the expected parameters.
 * @throws SqliteError when the file itself cannot be read
 */
export function checkStatement(database: Database, query: CompiledQuery): QueryState {
  let fault: QueryFault = 'invalid';
  try {
    const statement = database.prepare(query.sql);
    if (!statement.reader || !statement.readonly || !READS.test(query.sql))
      return unusable('not-a-read', query.sql);
    const columns = statement.columns().map((column) => column.name);
    const twice = columns.find((name, place) => name === RESERVED_COLUMN || columns.indexOf(name) !== place);
    if (twice !== undefined) return unusable('columns', twice);
    fault = 'parameters';
    statement.bind(...query.parameters);
    fault = 'invalid';
    database.prepare(wrapped(query.sql));
    return { usable: true, columns };
  } catch (thrown) {
    // SQLITE_ERROR is about the query; every other code of SQLite is about the file.
    const code = failureCode(thrown);
    if (code.startsWith('SQLITE_') && code !== 'SQLITE_ERROR') throw thrown;
    return unusable(fault, (thrown as Error).message);
  }
}

/** The query, cut after the second row: one row answers, two are too many, and no more are ever read. */
export function wrapped(sql: string): string {
  return `SELECT * FROM (${sql}\n) LIMIT 2`;
}

function unusable(fault: QueryFault, detail: string): QueryState {
  return { usable: false, fault, detail };
}
