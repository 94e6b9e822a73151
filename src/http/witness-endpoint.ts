import { type ServerResponse } from 'node:http';
import { type Request } from 'express';
import { MAX_ADD_CHECKPOINT_BYTES, SIZE_TYPE } from '../audit/witness/add-checkpoint.ts';
import { type Witness, type WitnessAnswer } from '../audit/witness/witness.ts';
import { WitnessStateError } from '../audit/witness/witness-state.ts';
import { type Caller, type PartnerGateway } from '../gateway/partner-gateway.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError, GatewayError } from '../shared/problem.ts';
import { bodyHeaders, TEXT_TYPE } from './answer-headers.ts';
import { logCause } from './log-cause.ts';
import { writeProblem } from './problem-response.ts';
import { type BodyBounds, type ReadBody, readBody } from './read-body.ts';
import { recordUnfinished } from './refuse-request.ts';
import { type HttpMessage, sendMessage } from './send-message.ts';

/** The plain answers of tlog-witness, which has no problem documents. */
const PLAIN = {
  malformed: [400, 'not an add-checkpoint request, or its old size is above that of the checkpoint'],
  untrusted: [403, 'no valid signature of a trusted key of this log'],
  'unknown-log': [404, 'no log of this origin is witnessed here'],
  inconsistent: [422, 'the checkpoint was not shown to continue the one that was cosigned last'],
  'too-slow': [408, 'the body did not arrive in time'],
  'too-large': [413, 'the body is too large'],
  'not-cosigned': [404, 'no checkpoint of such a log was cosigned here'],
} as const satisfies Record<string, readonly [status: number, text: string]>;

/** `POST /witness/v1/add-checkpoint` and `GET /witness/v1/{hash of origin}/checkpoint` (C2SP tlog-witness). */
export class WitnessEndpoint {
  readonly #gateway: PartnerGateway;
  readonly #witness: Witness;
  readonly #logger: Logger;
  readonly #bounds: BodyBounds;

  constructor(gateway: PartnerGateway, witness: Witness, logger: Logger, bounds: BodyBounds) {
    this.#gateway = gateway;
    this.#witness = witness;
    this.#logger = logger;
    this.#bounds = { ...bounds, bodyBytes: MAX_ADD_CHECKPOINT_BYTES };
  }

  /** Answers the request. Never rejects. */
  async addCheckpoint(request: Request, response: ServerResponse, caller: Caller): Promise<void> {
    const body = await readBody(request, this.#bounds);
    if (body.kind === 'gone') {
      await recordUnfinished({ gateway: this.#gateway, logger: this.#logger }, caller);
      return;
    }
    const unread = body.kind === 'whole' ? undefined : request;
    await this.#serve(response, caller, unread, async (agency) => this.#answer(body, agency));
  }

  /** Answers the request. Never rejects. */
  async newest(request: Request, response: ServerResponse, caller: Caller): Promise<void> {
    await this.#serve(response, caller, undefined, async () => {
      const note = await uncertainAsProblem(async () =>
        this.#witness.newest(String(request.params['origin'])),
      );
      return note === undefined ? plain('not-cosigned') : text(200, note);
    });
  }

  async #answer(body: ReadBody, agency: string): Promise<HttpMessage> {
    if (body.kind === 'too-slow' || body.kind === 'too-large') return plain(body.kind);
    if (body.kind !== 'whole') return plain('malformed');
    return messageOf(await uncertainAsProblem(async () => this.#witness.addCheckpoint(body.bytes, agency)));
  }

  async #serve(
    response: ServerResponse,
    caller: Caller,
    unread: Request | undefined,
    work: (agency: string) => Promise<HttpMessage>,
  ): Promise<void> {
    const { queryId } = caller;
    try {
      const message = await this.#gateway.attend(caller, async ({ id }) => work(id));
      sendMessage(response, message, unread);
    } catch (thrown) {
      logCause(this.#logger, thrown, queryId);
      writeProblem(response, asGatewayError(thrown), { queryId, unread });
    }
  }
}

/** What is uncertain is no refusal of the protocol: the same request may be answered once an operator has spoken. */
async function uncertainAsProblem<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WitnessStateError) throw new GatewayError('WITNESS_UNCERTAIN', { cause });
    throw cause;
  }
}

function messageOf(answer: WitnessAnswer): HttpMessage {
  if (answer.kind === 'cosigned') return text(200, answer.lines);
  if (answer.kind === 'stale') return text(409, `${String(answer.size)}\n`, SIZE_TYPE);
  return plain(answer.kind);
}

function plain(kind: keyof typeof PLAIN): HttpMessage {
  const [status, sentence] = PLAIN[kind];
  return text(status, `${sentence}\n`);
}

function text(status: number, body: string, type: string = TEXT_TYPE): HttpMessage {
  return { status, headers: bodyHeaders(type, body), body };
}
