import { beginsLikeRead, unusable, unusableColumn, wrapped } from '../query-shape.ts';
import { type CompiledQuery, type QueryState } from '../sql-engine.ts';
import { isFromServer, type MysqlServerError } from './mysql-error.ts';

/** What the server says of a statement that it prepared. */
export interface PreparedShape {
  readonly columns: readonly string[];
  readonly parameters: number;
}

const DUPLICATE_COLUMN = 1060;
/** What the text of a query can be blamed for; other errors are those of the server. */
const QUERY = /^(?:42|21|22)/;
/** Of class 42 too: a missing grant. */
const DENIED = [1044, 1045, 1142, 1143, 1370];

/** Has a query prepared. @throws what the server says that is not about the query */
export async function describeQuery(
  query: CompiledQuery,
  prepare: (sql: string) => Promise<PreparedShape>,
): Promise<QueryState> {
  const { sql } = query;
  if (!beginsLikeRead(sql)) return unusable('not-a-read', sql);
  try {
    // By itself first: what closes the brackets around it is no query, though it may look like one between them.
    const { parameters } = await prepare(sql);
    if (parameters !== query.parameters.length) return unusable('parameters', `${String(parameters)} ?`);
    const { columns } = await prepare(wrapped(sql));
    const wrong = unusableColumn(columns);
    return wrong === undefined ? { usable: true, columns } : unusable('columns', wrong);
  } catch (thrown) {
    if (!isFromServer(thrown) || !isAboutQuery(thrown)) throw thrown;
    return stateOf(thrown);
  }
}

function isAboutQuery({ errno, sqlState }: MysqlServerError): boolean {
  return QUERY.test(sqlState) && !DENIED.includes(errno);
}

function stateOf({ errno, sqlMessage }: MysqlServerError): QueryState {
  if (errno === DUPLICATE_COLUMN) return unusable('columns', sqlMessage);
  return unusable(/near ':[a-z]/i.test(sqlMessage) ? 'parameters' : 'invalid', sqlMessage);
}
