import { GatewayError } from '../shared/problem.ts';

/**
 * SOURCE_UNAVAILABLE because no connection was made, or because it broke before an answer began: a read may be asked
 * again. `cause` is a code such as `ECONNREFUSED`, never data.
 */
export class ConnectionFailure extends GatewayError {
  constructor(cause: string) {
    super('SOURCE_UNAVAILABLE', { cause });
  }
}
