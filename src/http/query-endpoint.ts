import { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import {
  type Caller,
  type PartnerAnswer,
  type PartnerGateway,
  type PartnerRequest,
} from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { bodyHeaders, JSON_TYPE } from './answer-headers.ts';
import { bearerToken } from './bearer-token.ts';
import { type Connection, newCaller } from './connections.ts';
import { besideMalformedKey, isIdempotencyKey } from './idempotency-key.ts';
import { jsonBody } from './json-body.ts';
import { logCause } from './log-cause.ts';
import { type OperationPath } from './operation-path.ts';
import { writeProblem } from './problem-response.ts';
import { answerBytes, quotaHeaders } from './query-answer.ts';
import { type QueryMessage } from './query-message.ts';
import { type BodyBounds, type ReadBody } from './read-body.ts';
import { recordUnfinished } from './refuse-request.ts';
import { sendMessage } from './send-message.ts';
import { validTraceparent } from './trace-context.ts';

/** One request to the query endpoint. */
export interface QueryExchange {
  readonly request: QueryMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly path: OperationPath;
}

/**
 * `POST /v1/agreements/{agreement}/operations/{operation}`: hands the request to the gateway and writes what comes
 * back. A plain handler, because this path carries nearly all requests.
 */
export class QueryEndpoint {
  readonly #gateway: PartnerGateway;
  readonly #logger: Logger;
  readonly #bounds: BodyBounds;

  constructor(gateway: PartnerGateway, logger: Logger, bounds: BodyBounds) {
    this.#gateway = gateway;
    this.#logger = logger;
    this.#bounds = bounds;
  }

  /** Answers the request once its body is there. The attempt of a client that has left is recorded, but not answered. */
  serve(exchange: QueryExchange): void {
    const caller = newCaller(exchange.connection);
    exchange.request.takeBody(this.#bounds, (body) => {
      if (body.kind === 'gone')
        void recordUnfinished({ gateway: this.#gateway, logger: this.#logger }, caller);
      else void this.#answer(exchange, caller, body);
    });
  }

  /** Never rejects. */
  async #answer({ request, response, path }: QueryExchange, caller: Caller, body: ReadBody): Promise<void> {
    const { queryId } = caller;
    const { headers } = request;
    const traceparent = validTraceparent(headers['traceparent']);
    try {
      const answer = await this.#gateway.answer(partnerRequest(caller, path, { headers, body }));
      writeAnswer(response, answer, traceparent);
    } catch (thrown) {
      const unread = body.kind === 'whole' ? undefined : request;
      logCause(this.#logger, thrown, queryId);
      if (response.headersSent) response.destroy();
      else writeProblem(response, asGatewayError(thrown), { queryId, traceparent, unread });
    }
  }
}

function partnerRequest(
  caller: Caller,
  path: OperationPath,
  { headers, body: read }: { readonly headers: IncomingHttpHeaders; readonly body: ReadBody },
): PartnerRequest {
  const key = headers['idempotency-key'] as string | undefined;
  const usableKey = key === undefined || isIdempotencyKey(key);
  const body = jsonBody(headers, read);
  return {
    queryId: caller.queryId,
    certificateFingerprint: caller.certificateFingerprint,
    tls: caller.tls,
    address: caller.address,
    bearerToken: bearerToken(headers.authorization),
    agreementId: path.agreementId,
    operationId: path.operationId,
    idempotencyKey: usableKey ? key : undefined,
    body: usableKey ? body : besideMalformedKey(body),
  };
}

function writeAnswer(response: ServerResponse, answer: PartnerAnswer, traceparent: string | undefined): void {
  const body = answerBytes(answer);
  const headers = bodyHeaders(JSON_TYPE, body, 'latin1');
  headers.push('Gecit-Purpose', answer.purpose, ...quotaHeaders(answer.quota));
  if (traceparent !== undefined) headers.push('traceparent', traceparent);
  sendMessage(response, { status: 200, headers, body, encoding: 'latin1' });
}
