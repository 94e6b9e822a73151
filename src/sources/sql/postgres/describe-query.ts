import { type ClientBase } from 'pg';
import { beginsLikeRead, unusable, unusableColumn } from '../query-shape.ts';
import { type CompiledQuery, type QueryState } from '../sql-engine.ts';
import { isFromServer } from './postgres-error.ts';

/** SQLSTATE of a statement that would write within a read-only transaction, or where only a query may stand. */
const WRITES = ['25006', '0A000'];
/** Another number of values than of parameters was bound. */
const OTHER_PARAMETERS = '08P01';
/** What the text of a query can be blamed for: syntax, names, types, literals; 42501 is a missing grant. */
const QUERY = /^(?:42(?!501)|22|0A|21|54)/;

const EXPLAIN = 'EXPLAIN (FORMAT JSON, COSTS OFF) ';

/**
 * Has a query planned and asks for its columns, without a row.
 * @throws what the server says that is not about the query
 */
export async function describeQuery(client: ClientBase, query: CompiledQuery): Promise<QueryState> {
  const { sql } = query;
  if (!beginsLikeRead(sql)) return unusable('not-a-read', sql);
  const values = query.parameters.map(() => null);
  try {
    // By itself first: what closes the brackets around it is no query, though it may look like one between them.
    await client.query({ text: EXPLAIN + sql, values });
    const text = `SELECT * FROM (${sql}\n) AS gecit_answer LIMIT 0`;
    const { fields } = await client.query({ text, values, rowMode: 'array' });
    const columns = fields.map((field) => field.name);
    const wrong = unusableColumn(columns);
    return wrong === undefined ? { usable: true, columns } : unusable('columns', wrong);
  } catch (thrown) {
    return stateOf(thrown, query);
  }
}

function stateOf(thrown: unknown, { sql }: CompiledQuery): QueryState {
  if (!isFromServer(thrown)) throw thrown;
  const { code, message, position } = thrown;
  if (code === OTHER_PARAMETERS) return unusable('parameters', message);
  if (WRITES.includes(code)) return unusable('not-a-read', message);
  if (!QUERY.test(code)) throw thrown;
  const at = Number(position) - 1 - EXPLAIN.length;
  return unusable(/^:[a-z]/i.test(sql.slice(at)) ? 'parameters' : 'invalid', message);
}
