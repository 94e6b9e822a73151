import pg from 'pg';
import { GatewayError } from '../../../shared/problem.ts';
import { ConnectionFailure } from '../../connection-failure.ts';
import { answerInvalid, unavailable } from '../../source-error.ts';
import { codeOf, connectionBroke, openingFailed } from '../server/network-failure.ts';

/** SQLSTATE of a statement that ran into its time limit. */
const CANCELLED = '57014';
/** The server goes down, comes up or is full: another try may reach it. */
const PASSING = /^(?:57P|08|53)/;

/** The problem that a failed opening is. */
export function openError(thrown: unknown): GatewayError {
  if (isFromServer(thrown))
    return new ConnectionFailure(thrown.code, { repeatable: PASSING.test(thrown.code) });
  if (thrown instanceof GatewayError)
    return new ConnectionFailure(String(thrown.cause), { repeatable: false });
  return openingFailed(driverCode(thrown));
}

/** The problem that a failed read is. @param began whether anything of an answer had come */
export function readError(thrown: unknown, began: boolean): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (isFromServer(thrown)) return serverError(thrown.code);
  const code = driverCode(thrown);
  return code === 'PROTOCOL' ? answerInvalid(code) : connectionBroke(code, began);
}

/** The driver has words in place of codes. `PROTOCOL`: it did not understand what came. */
function driverCode(thrown: unknown): string {
  const code = codeOf(thrown);
  if (code !== undefined) return code;
  const said = thrown instanceof Error ? thrown.message : '';
  if (said.startsWith('Connection terminated')) return 'CONNECTION_ENDED';
  return said.includes('SSL connection') ? 'ERR_TLS_NOT_OFFERED' : 'PROTOCOL';
}

/** Whether the server itself reports an error, with a SQLSTATE. */
export function isFromServer(thrown: unknown): thrown is pg.DatabaseError & { readonly code: string } {
  return thrown instanceof pg.DatabaseError && typeof thrown.code === 'string' && thrown.code.length === 5;
}

function serverError(code: string): GatewayError {
  if (code === CANCELLED) return unavailable('time-limit');
  return PASSING.test(code) ? new ConnectionFailure(code) : unavailable(code);
}
