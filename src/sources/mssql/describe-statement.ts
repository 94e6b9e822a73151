import { unusable, unusableColumn } from '../sql/query-shape.ts';
import { type QueryState } from '../sql/sql-engine.ts';
import { isFromServer, type MssqlServerError } from './mssql-error.ts';
import { type MssqlCall, type MssqlResultSet, type MssqlSession } from './mssql-session.ts';
import { declaration, type MssqlStatement } from './mssql-statement.ts';

/** More columns than a table may have. */
const MAX_ROWS = 2_000;
/** The server finds what is called, and cannot tell beforehand what it gives: temporary tables, dynamic SQL, branches. */
const UNDESCRIBED = { from: 11_509, to: 11_535 };
/** Errors of the server itself, whatever the text of a statement. */
const DENIED = [229, 230, 262, 297, 300, 371, 916];
const PARAMETERS = [137, 201, 8_144, 8_145, 8_146, 11_506, 11_508];
const FATAL_CLASS = 17;
/** As long as may be. */
const LONG_TEXT = { name: 'nvarchar', sizes: [] } as const;

/**
 * Has the server describe a statement without running it (`sp_describe_first_result_set`, SQL Server 2012 and later).
 * @throws what the server says that is not about the statement
 */
export async function describeStatement(
  session: MssqlSession,
  statement: MssqlStatement,
): Promise<QueryState> {
  try {
    const undeclared = await describe(session, 'sys.sp_describe_undeclared_parameters', statement);
    const names = valuesOf(undeclared, 'name');
    if (names.length > 0 && statement.procedure === undefined)
      return unusable('parameters', names.join(', '));
    return stateOf(await firstResultSet(session, statement), statement);
  } catch (thrown) {
    if (!isFromServer(thrown) || isOfServer(thrown)) throw thrown;
    return faultOf(thrown);
  }
}

/** Undefined where the server cannot tell. */
async function firstResultSet(
  session: MssqlSession,
  statement: MssqlStatement,
): Promise<MssqlResultSet | undefined> {
  try {
    return await describe(session, 'sys.sp_describe_first_result_set', statement);
  } catch (thrown) {
    if (statement.procedure !== undefined && isFromServer(thrown) && numbersOf(thrown).some(isUndescribed))
      return undefined;
    throw thrown;
  }
}

async function describe(
  session: MssqlSession,
  procedure: string,
  statement: MssqlStatement,
): Promise<MssqlResultSet | undefined> {
  const call: MssqlCall = {
    kind: 'procedure',
    text: procedure,
    inputs: [
      { name: 'tsql', type: LONG_TEXT, value: statement.sql },
      { name: 'params', type: LONG_TEXT, value: declaration(statement) },
    ],
    outputs: [],
  };
  return (await session.call(call, MAX_ROWS)).sets[0];
}

function stateOf(described: MssqlResultSet | undefined, { outputs, procedure }: MssqlStatement): QueryState {
  if (outputs.length > 0) return { usable: true, columns: outputs.map(({ name }) => name) };
  const columns = valuesOf(described, 'name');
  const wrong = unusableColumn(columns);
  if (wrong !== undefined) return unusable('columns', wrong);
  return columns.length === 0 && procedure === undefined
    ? unusable('not-a-read', '')
    : { usable: true, columns };
}

/** A column of texts of what the server described; rows that are hidden belong to no answer. */
function valuesOf(described: MssqlResultSet | undefined, name: string): string[] {
  if (described === undefined) return [];
  const place = (of: string): number => described.columns.findIndex((column) => column.name === of);
  const [hidden, wanted] = [place('is_hidden'), place(name)];
  const shown = described.rows.filter((row) => row[hidden] !== true).map((row) => row[wanted]);
  // A column without a name has none.
  return shown.map((value) => (typeof value === 'string' ? value : ''));
}

function faultOf(error: MssqlServerError): QueryState {
  const numbers = numbersOf(error);
  return unusable(
    numbers.some((number) => PARAMETERS.includes(number)) ? 'parameters' : 'invalid',
    error.message,
  );
}

function isOfServer(error: MssqlServerError): boolean {
  return error.class >= FATAL_CLASS || numbersOf(error).some((number) => DENIED.includes(number));
}

function isUndescribed(number: number): boolean {
  return number >= UNDESCRIBED.from && number <= UNDESCRIBED.to;
}

function numbersOf(error: MssqlServerError): number[] {
  const before = (error.precedingErrors ?? []).filter(isFromServer);
  return [...before, error].map(({ number }) => number);
}
