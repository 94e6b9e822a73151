import { GatewayError } from '../shared/problem.ts';

/** The system cannot be asked now. @param cause a code; never data */
export function unavailable(cause: string): GatewayError {
  return new GatewayError('SOURCE_UNAVAILABLE', { cause });
}

/** The system answered more or other than agreed. @param cause a code, or a MappingMismatch; never data */
export function answerInvalid(cause: string | Error): GatewayError {
  return new GatewayError('SOURCE_ANSWER_INVALID', { cause });
}
