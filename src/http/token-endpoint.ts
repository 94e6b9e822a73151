import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Caller, type IssuedToken, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { bodyHeaders, JSON_TYPE } from './answer-headers.ts';
import { basicCredentials } from './basic-credentials.ts';
import { logCause } from './log-cause.ts';
import { type BodyBounds, readBody } from './read-body.ts';
import { recordUnfinished } from './refuse-request.ts';
import { sendMessage } from './send-message.ts';
import { tokenFormError } from './token-form.ts';
import { writeTokenProblem } from './token-problem.ts';
import { validTraceparent } from './trace-context.ts';

/** Missing or malformed credentials are tried like wrong ones: same record, same time, same answer. */
const NOBODY = { clientId: '', clientSecret: '' };

/** `POST /oauth2/token`: client credentials by HTTP Basic (RFC 6749 §4.4), bound to the client certificate. */
export class TokenEndpoint {
  readonly #gateway: PartnerGateway;
  readonly #logger: Logger;
  readonly #bounds: BodyBounds;

  constructor(gateway: PartnerGateway, logger: Logger, bounds: BodyBounds) {
    this.#gateway = gateway;
    this.#logger = logger;
    this.#bounds = bounds;
  }

  /** Answers the request. Never rejects; the attempt of a client that has left is recorded, but not answered. */
  async serve(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const traceparent = validTraceparent(request.headers['traceparent']);
    const body = await readBody(request, this.#bounds);
    if (body.kind === 'gone') {
      await recordUnfinished({ gateway: this.#gateway, logger: this.#logger }, caller);
      return;
    }
    const formError = tokenFormError(request.headers['content-type'], body);
    try {
      if (formError !== undefined) await this.#gateway.refuse(caller, 'REQUEST_INVALID');
      const credentials = basicCredentials(request.headers.authorization) ?? NOBODY;
      writeToken(response, await this.#gateway.issueToken({ ...caller, ...credentials }), traceparent);
    } catch (thrown) {
      const error = asGatewayError(thrown);
      logCause(this.#logger, thrown, caller.queryId);
      const unread = body.kind === 'whole' ? undefined : request;
      writeTokenProblem(response, error, { queryId: caller.queryId, traceparent, unread }, formError);
    }
  }
}

function writeToken(response: ServerResponse, token: IssuedToken, traceparent: string | undefined): void {
  const body = JSON.stringify({
    access_token: token.accessToken,
    token_type: 'Bearer',
    expires_in: token.expiresInSeconds,
  });
  const headers = [...bodyHeaders(JSON_TYPE, body), 'Pragma', 'no-cache'];
  if (traceparent !== undefined) headers.push('traceparent', traceparent);
  sendMessage(response, { status: 200, headers, body });
}
