import { RequestRefused } from '../request-refused.ts';
import { answerInvalid, unavailable } from '../source-error.ts';

/** Statuses of a system that would answer at another time, or somebody else. */
const UNAVAILABLE = new Set([401, 402, 403, 407, 408, 421, 423, 425, 429]);
/** Statuses of a system that takes the request itself for wrong. */
const REFUSED = new Set([400, 422]);

/** Lets through what has a body to be read. @throws GatewayError SOURCE_UNAVAILABLE, SOURCE_ANSWER_INVALID */
export function requireAnswer(status: number): void {
  if (status === 200 || status === 203) return;
  const cause = `status ${String(status)}`;
  if (status >= 500 || UNAVAILABLE.has(status)) throw unavailable(cause);
  if (REFUSED.has(status)) throw new RequestRefused(cause);
  throw answerInvalid(cause);
}
