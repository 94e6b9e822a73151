import { GatewayError } from '../shared/problem.ts';
import { type ExchangeRunner } from './exchange.ts';
import { type Arrived, type Asked, blankExchange } from './exchange-state.ts';
import { issueToken, type TokenIssuerParts, type WithTokenRequest } from './issue-token.ts';
import { type PartnerAnswer, type PartnerGateway } from './partner-gateway.ts';
import { type Answered, createPipeline, type PipelineParts } from './pipeline.ts';
import { findReceipt, type ReceiptFinder, type WithReceiptRequest } from './receipts.ts';
import { startWith } from './step.ts';
import { identifyAgency } from './steps/identify-agency.ts';
import { limitBurst } from './steps/limit-burst.ts';
import { limitLoad } from './steps/limit-load.ts';

/** The gateway that every transport calls: one runner, one pipeline for each kind of request. */
export function createPartnerGateway(
  runner: ExchangeRunner,
  parts: PipelineParts,
  tokenParts: TokenIssuerParts,
  finder: ReceiptFinder,
): PartnerGateway {
  const answers = createPipeline(parts);
  const tokens = startWith<Arrived & WithTokenRequest>()
    .then(identifyAgency)
    .then(limitBurst(parts.burst))
    .then(limitLoad(parts.places))
    .then(issueToken(tokenParts));
  const receipts = startWith<Arrived & WithReceiptRequest>()
    .then(identifyAgency)
    .then(limitBurst(parts.burst))
    .then(limitLoad(parts.places))
    .then(findReceipt(finder));
  const guests = startWith<Arrived>()
    .then(identifyAgency)
    .then(limitBurst(parts.burst))
    .then(limitLoad(parts.places));
  const others = startWith<Arrived>().then(identifyAgency).then(limitBurst(parts.burst));
  return {
    answer: async (request) => {
      const start = (arrived: Arrived): Arrived & Asked => blankExchange(arrived, request);
      return answerOf(request.queryId, await runner.run(request, start, answers.run));
    },
    issueToken: async (request) =>
      runner.run(
        request,
        (arrived): Arrived & WithTokenRequest => ({ ...arrived, tokenRequest: request }),
        async (state) => (await tokens.run(state)).issued,
      ),
    receipt: async (request) =>
      runner.run(
        request,
        (arrived): Arrived & WithReceiptRequest => ({ ...arrived, answerId: request.answerId }),
        async (state) => (await receipts.run(state)).proofText,
      ),
    attend: async (caller, work) =>
      runner.run(
        caller,
        (arrived) => arrived,
        async (state) => work((await guests.run(state)).agency),
      ),
    refuse: async (caller, code, retryAfterSeconds = 1) =>
      runner.run(
        caller,
        (arrived) => arrived,
        async (state): Promise<never> => {
          await others.run(state);
          const comesBack = code === 'RATE_LIMITED' || code === 'OVERLOADED';
          throw new GatewayError(code, comesBack ? { retryAfterSeconds } : {});
        },
      ),
  };
}

function answerOf(queryId: string, state: Answered): PartnerAnswer {
  const { agreement, projected, purpose, receipt, quota } = state;
  return {
    queryId,
    outcome: projected.outcome,
    agreement: { id: agreement.id, version: agreement.version, hash: agreement.hash },
    purpose,
    dataJson: projected.dataJson,
    receipt,
    quota,
  };
}
