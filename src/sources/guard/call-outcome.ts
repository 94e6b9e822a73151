import { BrokenCircuitError, BulkheadRejectedError } from 'cockatiel';
import { GatewayError } from '../../shared/problem.ts';
import { ConnectionFailure } from '../connection-failure.ts';
import { unavailable } from '../source-error.ts';
import { type CallOutcome } from './source-figures.ts';

/** Whether the failure is one of the connection, so that a read may be asked again. */
export function isRepeatable(error: Error): boolean {
  return error instanceof ConnectionFailure && error.repeatable;
}

/** Whether the failure says that the source is down or hangs, rather than that it did not like one call. */
export function isFailureOfSource(error: Error): boolean {
  return error instanceof ConnectionFailure || outcomeOf(error) === 'time-limit';
}

/** A failed call's outcome. */
export function outcomeOf(error: unknown): Exclude<CallOutcome, 'answered'> {
  if (error instanceof BulkheadRejectedError) return 'queue-full';
  if (error instanceof BrokenCircuitError) return 'left-alone';
  if (!(error instanceof GatewayError)) return 'failed';
  if (error.code === 'SOURCE_ANSWER_INVALID') return 'invalid';
  if (error.code !== 'SOURCE_UNAVAILABLE') return 'failed';
  return error.cause === 'time-limit' ? 'time-limit' : 'unavailable';
}

/** The problem that the caller is told. */
export function problemOf(error: unknown): unknown {
  const outcome = outcomeOf(error);
  return outcome === 'queue-full' || outcome === 'left-alone' ? unavailable(outcome) : error;
}
