import { GatewayError } from '../../shared/problem.ts';
import { ConnectionFailure } from '../connection-failure.ts';
import { answerInvalid, unavailable } from '../source-error.ts';
import { codeOf, connectionBroke, openingFailed } from '../sql/server/network-failure.ts';

/** A lock was not to be had within the time limit. */
const LOCK_TIME_OUT = 1222;
/** From this severity on the server ends the session. */
const FATAL_CLASS = 20;
/** The database goes down, comes up, moves or is full: another try may reach it. */
const PASSING = [596, 921, 976, 983, 4060, 6005, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920];
/** Codes of the driver for what it did not understand. */
const NOT_UNDERSTOOD = ['EINVALIDSTATE', 'EPARAM', 'EREQUEST'];

/** An error that the server itself reports; several may come at once. */
export interface MssqlServerError {
  readonly number: number;
  readonly class: number;
  readonly message: string;
  readonly precedingErrors?: readonly unknown[] | undefined;
}

export function isFromServer(thrown: unknown): thrown is MssqlServerError {
  return (
    thrown instanceof Error &&
    'number' in thrown &&
    typeof thrown.number === 'number' &&
    'class' in thrown &&
    typeof thrown.class === 'number'
  );
}

/** The problem that a failed opening is. */
export function openError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError)
    return new ConnectionFailure(String(thrown.cause), { repeatable: false });
  const code = networkCode(thrown);
  if (isFromServer(thrown))
    return new ConnectionFailure(nameOf(thrown), { repeatable: PASSING.includes(thrown.number) });
  if (code === 'ELOGIN' || code === 'EENCRYPT') return new ConnectionFailure(code, { repeatable: false });
  return openingFailed(code ?? 'CONNECTION_ENDED');
}

/** The problem that a failed read is. @param began whether anything of an answer had come */
export function readError(thrown: unknown, began: boolean): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (isFromServer(thrown)) return serverError(thrown);
  const code = networkCode(thrown);
  if (code === undefined || NOT_UNDERSTOOD.includes(code)) return answerInvalid('PROTOCOL');
  return connectionBroke(code === 'ECLOSE' ? 'CONNECTION_ENDED' : code, began);
}

function serverError(error: MssqlServerError): GatewayError {
  if (error.number === LOCK_TIME_OUT) return unavailable('time-limit');
  if (error.class >= FATAL_CLASS || PASSING.includes(error.number))
    return new ConnectionFailure(nameOf(error));
  return unavailable(nameOf(error));
}

function nameOf({ number }: MssqlServerError): string {
  return `MSSQL_${String(number)}`;
}

/** The innermost code: the driver wraps what the network says, twice. */
function networkCode(thrown: unknown): string | undefined {
  let code: string | undefined;
  for (let error = thrown; typeof error === 'object' && error !== null; error = innerOf(error)) {
    code = codeOf(error) ?? code;
  }
  return code;
}

function innerOf(error: object): unknown {
  if ('originalError' in error && error.originalError !== undefined) return error.originalError;
  return 'cause' in error ? error.cause : undefined;
}
