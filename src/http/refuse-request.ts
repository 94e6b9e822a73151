import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Caller, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { logCause } from './log-cause.ts';
import { writeProblem } from './problem-response.ts';
import { validTraceparent } from './trace-context.ts';

export type RefusalCode = Parameters<PartnerGateway['refuse']>[1];

export interface RefusalParts {
  readonly gateway: PartnerGateway;
  readonly logger: Logger;
}

export interface RefusedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly code: RefusalCode;
  readonly retryAfterSeconds?: number | undefined;
}

/** Has the gateway record the refusal of a request whose body is not read, then answers it. Never rejects. */
export async function refuseRequest(
  { gateway, logger }: RefusalParts,
  refused: RefusedRequest,
): Promise<void> {
  const { request, response, caller } = refused;
  const { queryId } = caller;
  const traceparent = validTraceparent(request.headers['traceparent']);
  try {
    await gateway.refuse({ ...caller, traceparent }, refused.code, refused.retryAfterSeconds);
  } catch (thrown) {
    logCause(logger, thrown, queryId);
    const unread = request.complete ? undefined : request;
    writeProblem(response, asGatewayError(thrown), { queryId, traceparent, unread });
  }
}

/** Has the gateway record a request whose client left before its body was whole. Nobody is answered. Never rejects. */
export async function recordUnfinished({ gateway, logger }: RefusalParts, caller: Caller): Promise<void> {
  try {
    await gateway.refuse(caller, 'REQUEST_INVALID');
  } catch (thrown) {
    logCause(logger, thrown, caller.queryId);
  }
}
