import { type ServerResponse } from 'node:http';
import { type Request } from 'express';
import { type Caller, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { bodyHeaders, TEXT_TYPE } from './answer-headers.ts';
import { logCause } from './log-cause.ts';
import { writeProblem } from './problem-response.ts';
import { sendMessage } from './send-message.ts';
import { validTraceparent } from './trace-context.ts';

/** `GET /v1/receipts/{queryId}`: the proof of an answer as a `.tlog-proof` file. */
export class ReceiptEndpoint {
  readonly #gateway: PartnerGateway;
  readonly #logger: Logger;

  constructor(gateway: PartnerGateway, logger: Logger) {
    this.#gateway = gateway;
    this.#logger = logger;
  }

  /** Answers the request. Never rejects. */
  async serve(request: Request, response: ServerResponse, caller: Caller): Promise<void> {
    const { queryId } = caller;
    const traceparent = validTraceparent(request.headers['traceparent']);
    try {
      const answerId = String(request.params['queryId']);
      const body = await this.#gateway.receipt({ ...caller, answerId });
      const headers = bodyHeaders(TEXT_TYPE, body);
      if (traceparent !== undefined) headers.push('traceparent', traceparent);
      sendMessage(response, { status: 200, headers, body });
    } catch (thrown) {
      logCause(this.#logger, thrown, queryId);
      writeProblem(response, asGatewayError(thrown), { queryId, traceparent });
    }
  }
}
