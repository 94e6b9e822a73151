import { type ServerResponse } from 'node:http';
import { type Request } from 'express';
import { type PublishedLog } from '../audit/published-log.ts';
import { type Caller, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError, GatewayError } from '../shared/problem.ts';
import { bodyHeaders, TEXT_TYPE } from './answer-headers.ts';
import { logCause } from './log-cause.ts';
import { writeProblem } from './problem-response.ts';
import { sendMessage } from './send-message.ts';

/** Sizes to 2^53-1 without leading zeros. */
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** `GET /v1/log/checkpoint[/{size}]` and `GET /v1/log/consistency?from=N&to=M`, for every recognised agency. */
export class LogEndpoint {
  readonly #gateway: PartnerGateway;
  readonly #log: PublishedLog;
  readonly #logger: Logger;

  constructor(gateway: PartnerGateway, log: PublishedLog, logger: Logger) {
    this.#gateway = gateway;
    this.#log = log;
    this.#logger = logger;
  }

  /** Answers with the newest checkpoint, or that of the size in the path. Never rejects. */
  async checkpoint(request: Request, response: ServerResponse, caller: Caller): Promise<void> {
    await this.#serve(response, caller, () => {
      const { size } = request.params;
      return size === undefined ? this.#log.newest() : this.#log.at(sizeOf(String(size)));
    });
  }

  /** Answers with one base64 hash a line. Never rejects. */
  async consistency(request: Request, response: ServerResponse, caller: Caller): Promise<void> {
    await this.#serve(response, caller, () => {
      const { from, to } = sizesAsked(request.url);
      const proof = this.#log.consistency(from, to);
      return proof?.map((hash) => `${hash.toString('base64')}\n`).join('');
    });
  }

  async #serve(response: ServerResponse, caller: Caller, find: () => string | undefined): Promise<void> {
    const { queryId } = caller;
    try {
      const body = await this.#gateway.attend(caller, async () => {
        const found = find();
        if (found === undefined) throw new GatewayError('CHECKPOINT_NOT_FOUND');
        return Promise.resolve(found);
      });
      sendMessage(response, { status: 200, headers: bodyHeaders(TEXT_TYPE, body), body });
    } catch (thrown) {
      logCause(this.#logger, thrown, queryId);
      writeProblem(response, asGatewayError(thrown), { queryId });
    }
  }
}

/** Exactly the two parameters, each once. */
function sizesAsked(url: string): { readonly from: number; readonly to: number } {
  const place = url.indexOf('?');
  const asked = new URLSearchParams(place < 0 ? '' : url.slice(place + 1));
  const [from, to] = [asked.getAll('from'), asked.getAll('to')];
  if (asked.size !== 2 || from.length !== 1 || to.length !== 1)
    throw new GatewayError('CHECKPOINT_NOT_FOUND');
  return { from: sizeOf(from[0] ?? ''), to: sizeOf(to[0] ?? '') };
}

function sizeOf(text: string): number {
  const size = SIZE.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(size)) throw new GatewayError('CHECKPOINT_NOT_FOUND');
  return size;
}
