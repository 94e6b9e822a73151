import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { MemoryStore, rateLimit, type RateLimitInfo, type RateLimitRequestHandler } from 'express-rate-limit';
import helmet from 'helmet';
import { type PublishedLog } from '../audit/published-log.ts';
import { type Witness } from '../audit/witness/witness.ts';
import { type Caller, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError } from '../shared/problem.ts';
import { type Connections, newCaller } from './connections.ts';
import { logCause } from './log-cause.ts';
import { LogEndpoint } from './log-endpoint.ts';
import { writeProblem } from './problem-response.ts';
import { type BodyBounds } from './read-body.ts';
import { ReceiptEndpoint } from './receipt-endpoint.ts';
import { refuseRequest } from './refuse-request.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { validTraceparent } from './trace-context.ts';
import { WitnessEndpoint } from './witness-endpoint.ts';

/** What gateways tell each other about their logs. */
export interface EvidenceExchange {
  readonly witness: Witness;
  readonly published: PublishedLog;
}

export interface PartnerAppOptions {
  readonly gateway: PartnerGateway;
  readonly evidence: EvidenceExchange;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly bounds: BodyBounds;
  /** Requests a certificate may send at once, and a second for long. */
  readonly burst: { readonly size: number; readonly perSecond: number };
}

export interface PartnerApp {
  readonly app: Express;
  /** Lets go of the limiter's memory. */
  close(): void;
}

/** Everything on the partner listener but the query endpoint. */
export function createPartnerApp(options: PartnerAppOptions): PartnerApp {
  const { gateway, logger, bounds } = options;
  const tokens = new TokenEndpoint(gateway, logger, bounds);
  const receipts = new ReceiptEndpoint(gateway, logger);
  const store = new MemoryStore();
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', false).set('query parser', false);
  app.enable('case sensitive routing').enable('strict routing');
  app.use((request, response, next) => {
    const connection = options.connections.of(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    const traceparent = validTraceparent(request.headers['traceparent']);
    response.locals['caller'] = { ...newCaller(connection), traceparent };
    next();
  });
  app.use(helmet({ strictTransportSecurity: false, xXssProtection: false }));
  app.use(
    limiter(options.burst, store, (request, response) => {
      const retryAfterSeconds = secondsToReset(request, options.clock);
      const caller = callerOf(response);
      void refuseRequest(options, { request, response, caller, code: 'RATE_LIMITED', retryAfterSeconds });
    }),
  );
  app.post('/oauth2/token', async (request, response) => tokens.serve(request, response, callerOf(response)));
  app.get('/v1/receipts/:queryId', async (request, response) =>
    receipts.serve(request, response, callerOf(response)),
  );
  exchangeEvidence(app, options);
  app.use(async (request, response) =>
    refuseRequest(options, { request, response, caller: callerOf(response), code: 'ROUTE_NOT_FOUND' }),
  );
  app.use(failed(logger));
  return {
    app,
    close: () => {
      store.shutdown();
    },
  };
}

function exchangeEvidence(app: Express, { gateway, evidence, logger, bounds }: PartnerAppOptions): void {
  const witness = new WitnessEndpoint(gateway, evidence.witness, logger, bounds);
  const log = new LogEndpoint(gateway, evidence.published, logger);
  app.post('/witness/v1/add-checkpoint', async (request, response) =>
    witness.addCheckpoint(request, response, callerOf(response)),
  );
  app.get('/witness/v1/:origin/checkpoint', async (request, response) =>
    witness.newest(request, response, callerOf(response)),
  );
  app.get(['/v1/log/checkpoint', '/v1/log/checkpoint/:size'], async (request, response) =>
    log.checkpoint(request, response, callerOf(response)),
  );
  app.get('/v1/log/consistency', async (request, response) =>
    log.consistency(request, response, callerOf(response)),
  );
}

function limiter(
  burst: PartnerAppOptions['burst'],
  store: MemoryStore,
  refuse: (request: Request, response: Response) => void,
): RateLimitRequestHandler {
  return rateLimit({
    store,
    limit: burst.size,
    windowMs: Math.max(1, Math.ceil((burst.size / burst.perSecond) * 1000)),
    keyGenerator: (_request, response) => callerOf(response).certificateFingerprint,
    handler: refuse,
    standardHeaders: false,
    legacyHeaders: false,
    // Its checks concern addresses as keys, which are not used, and write to the console.
    validate: false,
  });
}

/** Undefined where the limiter does not know; its windows run on the system's own clock. */
function secondsToReset(request: Request, clock: Clock): number | undefined {
  const { resetTime } = (request as Request & { readonly rateLimit: RateLimitInfo }).rateLimit;
  if (resetTime === undefined) return undefined;
  return Math.max(1, Math.ceil((resetTime.getTime() - clock.now()) / 1000));
}

function failed(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { queryId } = callerOf(response);
    logCause(logger, thrown, queryId);
    writeProblem(response, asGatewayError(thrown), { queryId });
  };
}

function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}
