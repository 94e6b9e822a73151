import { type GatewayError } from '../../../shared/problem.ts';
import { ConnectionFailure } from '../../connection-failure.ts';
import { unavailable } from '../../source-error.ts';

/** The server could not prove that it is the right one, or did not take our certificate; asking again changes nothing. */
const TLS = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|HOSTNAME_|ERR_TLS_|ERR_SSL_|EPROTO)/;

/** The code of what a driver or the network threw. A message might quote a value. */
export function codeOf(thrown: unknown): string | undefined {
  const code: unknown =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && code !== '' ? code : undefined;
}

/** A connection could not be opened. */
export function openingFailed(code: string): ConnectionFailure {
  return new ConnectionFailure(code, { repeatable: !TLS.test(code) });
}

/** A connection broke. @param began whether anything of an answer had come */
export function connectionBroke(code: string, began: boolean): GatewayError {
  return began ? unavailable(`answer broke off: ${code}`) : new ConnectionFailure(code);
}
