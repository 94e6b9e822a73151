import { type Database } from 'better-sqlite3';
import { beginsLikeRead, unusable, unusableColumn, wrapped } from '../query-shape.ts';
import { type CompiledQuery, type QueryFault, type QueryState } from '../sql-engine.ts';
import { failureCode } from './failure-code.ts';

/**
 * Prepares the query and says whether it is one SELECT that only reads, with the expected parameters.
 * @throws SqliteError when the file itself cannot be read
 */
export function checkStatement(database: Database, query: CompiledQuery): QueryState {
  let fault: QueryFault = 'invalid';
  try {
    const statement = database.prepare(query.sql);
    if (!statement.reader || !statement.readonly || !beginsLikeRead(query.sql))
      return unusable('not-a-read', query.sql);
    const columns = statement.columns().map((column) => column.name);
    const wrong = unusableColumn(columns);
    if (wrong !== undefined) return unusable('columns', wrong);
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
