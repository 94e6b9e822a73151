import { answerInvalid } from '../source-error.ts';
import { type OpenConnection, type SqlConnection } from '../sql/server/sql-connection.ts';
import { type QueryState, type RowSet } from '../sql/sql-engine.ts';
import { describeStatement } from './describe-statement.ts';
import { isFromServer, openError, readError } from './mssql-error.ts';
import { type MssqlAnswer, type MssqlCall, type MssqlResultSet, type MssqlSession } from './mssql-session.ts';
import { type MssqlStatement } from './mssql-statement.ts';
import { readValues } from './mssql-values.ts';

const MAX_ROWS = 2;

/** From this severity on the server has ended the session. */
const FATAL_CLASS = 20;

/** Logs in; MUST end what it began when the signal is aborted. @throws what the driver throws */
export type LogIn = (signal: AbortSignal) => Promise<MssqlSession>;

/** Opens sessions on SQL Server. @param milliseconds longest time that a statement waits for a lock */
export function mssqlOpener(logIn: LogIn, milliseconds: number): OpenConnection<MssqlStatement> {
  return async (signal) => {
    let session: MssqlSession | undefined;
    try {
      session = await logIn(signal);
      await session.call(batch(sessionSettings(milliseconds)), 0);
      return new MssqlConnection(session);
    } catch (thrown) {
      session?.destroy();
      throw openError(thrown);
    }
  };
}

/** A session whose every value is bound with its type. */
class MssqlConnection implements SqlConnection<MssqlStatement> {
  readonly #session: MssqlSession;
  #broken = false;

  constructor(session: MssqlSession) {
    this.#session = session;
  }

  get usable(): boolean {
    return !this.#broken && this.#session.usable;
  }

  async describe(statement: MssqlStatement): Promise<QueryState> {
    return this.#ask(async () => describeStatement(this.#session, statement));
  }

  async read(_name: string, statement: MssqlStatement, values: readonly string[]): Promise<RowSet> {
    const answer = await this.#ask(async () => this.#session.call(callOf(statement, values), MAX_ROWS));
    return rowsOf(answer, statement);
  }

  destroy(): void {
    this.#session.destroy();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (thrown) {
      if (!isFromServer(thrown) || thrown.class >= FATAL_CLASS) this.#broken = true;
      throw readError(thrown, this.#session.began);
    }
  }
}

/** A query is cut after the second row; what a procedure does within itself must not be. */
function callOf(statement: MssqlStatement, values: readonly string[]): MssqlCall {
  const inputs = statement.inputs.map((input, place) => ({ ...input, value: values[place] ?? null }));
  const { procedure, outputs } = statement;
  if (procedure !== undefined) return { kind: 'procedure', text: procedure, inputs, outputs };
  return { kind: 'batch', text: `SET ROWCOUNT ${String(MAX_ROWS)};\n${statement.sql}`, inputs, outputs };
}

function rowsOf(answer: MssqlAnswer, { outputs, resultSet }: MssqlStatement): RowSet {
  if (outputs.length > 0) return outputRow(answer, outputs);
  const place = (resultSet ?? 1) - 1;
  if (resultSet === undefined && answer.sets.length > 1) throw answerInvalid('SEVERAL_RESULT_SETS');
  const set: MssqlResultSet | undefined = answer.sets[place];
  if (set === undefined) throw answerInvalid('NO_RESULT_SET');
  return {
    columns: set.columns.map(({ name }) => name),
    rows: set.rows.map((row) => readValues(row, set.columns)),
  };
}

/** One row of the OUTPUT parameters; none when all of them were left null. */
function outputRow(answer: MssqlAnswer, outputs: MssqlStatement['outputs']): RowSet {
  const columns = outputs.map(({ name }) => name);
  const typed = outputs.map(({ name, type }) => ({ name, type: DRIVER_TYPES[type.name] ?? '' }));
  const row = readValues(
    columns.map((name) => answer.outputs[name]),
    typed,
  );
  return { columns, rows: row.every((value) => value === null) ? [] : [row] };
}

const DRIVER_TYPES: Readonly<Partial<Record<string, string>>> = {
  bigint: 'BigInt',
  decimal: 'Decimal',
  numeric: 'Numeric',
  date: 'Date',
};

function batch(text: string): MssqlCall {
  return { kind: 'batch', text, inputs: [], outputs: [] };
}

function sessionSettings(milliseconds: number): string {
  return [
    `SET LOCK_TIMEOUT ${String(milliseconds)}`,
    'SET DEADLOCK_PRIORITY LOW',
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ].join('; ');
}
