import knex from 'knex';
import { OutcomeUnknownError, StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { errorCode } from '../store-fault.ts';
import { ConnectionLostError } from './server-connection.ts';

/** PostgreSQL: serialization failure, deadlock, lock not available. */
const PG_BUSY = new Set(['40001', '40P01', '55P03']);
/** PostgreSQL: connection exceptions, and a server that stops or starts. */
const PG_AWAY = /^(08|57P0[123])/;
/** PostgreSQL: integrity constraints, and what a guard raises. */
const PG_REFUSED = /^(23|P0001$)/;
/** SQL Server: deadlock victim, lock time-out, snapshot update conflict. */
const MSSQL_BUSY = new Set([1205, 1222, 3960]);
/** SQL Server: null, foreign key or check, the two codes of duplicates, and what a guard throws. */
const MSSQL_REFUSED = new Set([515, 547, 2627, 2601]);

/** Number of every error that a guard throws in SQL Server. */
export const GUARD_NUMBER = 51_000;

/**
 * A lock that others hold, a deadlock, a conflict of snapshots, or a server that is out of reach becomes StoreBusyError:
 * the same call may succeed shortly. Any other error stays. For calls that may be made twice, and for transactions that
 * were not to be committed yet.
 */
export function asServerError(error: unknown): unknown {
  if (
    error instanceof ConnectionLostError ||
    error instanceof knex.KnexTimeoutError ||
    PG_AWAY.test(errorCode(error))
  )
    return new StoreBusyError('the database is out of reach', { cause: error });
  const busy = PG_BUSY.has(errorCode(error)) || MSSQL_BUSY.has(errorNumber(error));
  return busy ? new StoreBusyError('the database is locked', { cause: error }) : error;
}

/** Whether the same call may succeed shortly, which finds out for itself what became of the first one. */
export function mayBeRepeated(error: unknown): boolean {
  return error instanceof StoreBusyError || error instanceof OutcomeUnknownError;
}

/** Whether a constraint or a guard refused the statement. In both engines the transaction can then only be rolled back. */
export function isRefused(error: unknown): boolean {
  const number = errorNumber(error);
  return PG_REFUSED.test(errorCode(error)) || MSSQL_REFUSED.has(number) || number === GUARD_NUMBER;
}

/** An insert whose key another node took at the same moment: the transaction is undone, and the next try finds the row. */
export async function orBusy(insert: PromiseLike<unknown>): Promise<void> {
  try {
    await insert;
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    throw new StoreBusyError('another node wrote the same row', { cause });
  }
}

/** Number of an error of SQL Server, 0 for anything else. */
export function errorNumber(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('number' in error)) return 0;
  return typeof error.number === 'number' ? error.number : 0;
}
