import { GatewayError } from '../../../shared/problem.ts';
import { ConnectionFailure } from '../../connection-failure.ts';
import { answerInvalid, unavailable } from '../../source-error.ts';
import { codeOf, connectionBroke, openingFailed } from '../server/network-failure.ts';

/** Numbers of a statement that ran into its time limit: MySQL's and MariaDB's. */
const CANCELLED = [3024, 1969];
/** The server is full, goes down, or ended the session: another try may reach it. */
const PASSING = [1040, 1053, 1077, 1079, 1203, 1317, 1927, 2006, 2013, 3169, 4031];

/** An error that the server itself reports. */
export interface MysqlServerError {
  readonly errno: number;
  readonly sqlState: string;
  readonly sqlMessage: string;
}

export function isFromServer(thrown: unknown): thrown is MysqlServerError {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'errno' in thrown &&
    typeof thrown.errno === 'number' &&
    'sqlMessage' in thrown
  );
}

/** The problem that a failed opening is. */
export function openError(thrown: unknown): GatewayError {
  if (isFromServer(thrown)) {
    return new ConnectionFailure(nameOf(thrown), { repeatable: PASSING.includes(thrown.errno) });
  }
  if (thrown instanceof GatewayError)
    return new ConnectionFailure(String(thrown.cause), { repeatable: false });
  const code = codeOf(thrown) ?? 'CONNECTION_ENDED';
  return code.startsWith('HANDSHAKE_')
    ? new ConnectionFailure(code, { repeatable: false })
    : openingFailed(code);
}

/** The problem that a failed read is. @param began whether anything of an answer had come */
export function readError(thrown: unknown, began: boolean): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (isFromServer(thrown)) return serverError(thrown);
  const code = codeOf(thrown);
  // The driver stumbles over what is not the protocol with an error of its own, or of JavaScript.
  if (code === undefined || code === 'PROTOCOL_ERROR' || code === 'PROTOCOL_UNEXPECTED_PACKET')
    return answerInvalid('PROTOCOL');
  return connectionBroke(code, began);
}

function serverError(error: MysqlServerError): GatewayError {
  if (CANCELLED.includes(error.errno)) return unavailable('time-limit');
  return PASSING.includes(error.errno) ? new ConnectionFailure(nameOf(error)) : unavailable(nameOf(error));
}

function nameOf(error: MysqlServerError): string {
  return codeOf(error) ?? `MYSQL_${String(error.errno)}`;
}
