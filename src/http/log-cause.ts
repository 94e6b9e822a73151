import { GatewayError, type ProblemCode, PROBLEMS } from '../shared/problem.ts';
import { type Logger } from '../shared/logger.ts';

/** Faults that the gateway writes to the log itself. */
const LOGGED_BY_GATEWAY = new Set<ProblemCode>([
  'INTERNAL_ERROR',
  'SOURCE_UNAVAILABLE',
  'SOURCE_ANSWER_INVALID',
]);

/**
 * What neither the wire nor the gateway says. Refusals are evidence and stand in the audit log; here only faults and
 * causes are written, under the id that the caller can quote.
 */
export function logCause(logger: Logger, thrown: unknown, queryId: string): void {
  if (!(thrown instanceof GatewayError)) {
    const fields = { queryId, code: 'INTERNAL_ERROR', cause: thrown };
    logger.error('request.failed: a request ended in an unexpected error', fields);
    return;
  }
  const { code, cause } = thrown;
  if (LOGGED_BY_GATEWAY.has(code) || (PROBLEMS[code].kind !== 'fault' && cause === undefined)) return;
  logger.warn('request.not-served: a request could not be served', { queryId, code, cause });
}
