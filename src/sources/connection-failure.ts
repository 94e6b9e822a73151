import { GatewayError } from '../shared/problem.ts';

/**
 * SOURCE_UNAVAILABLE because no connection was made, or because it broke before an answer began: a read may be asked
 * again, unless the system refused us (`repeatable` false). `cause` is a code such as `ECONNREFUSED`, never data.
 */
export class ConnectionFailure extends GatewayError {
  readonly repeatable: boolean;

  constructor(cause: string, { repeatable = true }: { readonly repeatable?: boolean } = {}) {
    super('SOURCE_UNAVAILABLE', { cause });
    this.repeatable = repeatable;
  }
}
