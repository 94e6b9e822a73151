import { GatewayError } from '../shared/problem.ts';

/**
 * SOURCE_ANSWER_INVALID because the system takes the request for a wrong one: somebody who cannot exist may be asked for
 * in no other way. `cause` is a code, never data.
 */
export class RequestRefused extends GatewayError {
  constructor(cause: string) {
    super('SOURCE_ANSWER_INVALID', { cause });
  }
}
