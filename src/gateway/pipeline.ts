import { type Arrived, type Asked, type WithAnswer, type WithEvidence } from './exchange-state.ts';
import { type WithOperation, type WithPurpose } from './exchange-state.ts';
import { type Pipeline, startWith, type StepFrame } from './step.ts';
import { checkAddress } from './steps/check-address.ts';
import { checkAuthority } from './steps/check-authority.ts';
import { checkClock, type ClockCheck } from './steps/check-clock.ts';
import { checkEvidence, type EvidenceCheck } from './steps/check-evidence.ts';
import { checkInForce } from './steps/check-in-force.ts';
import { checkPurpose } from './steps/check-purpose.ts';
import { checkRequest } from './steps/check-request.ts';
import { checkTraining } from './steps/check-training.ts';
import { checkUndertaking } from './steps/check-undertaking.ts';
import { fetchAnswer } from './steps/fetch-answer.ts';
import { type AgreementFinder, findAgreement } from './steps/find-agreement.ts';
import { findOperation } from './steps/find-operation.ts';
import { identifyAgency } from './steps/identify-agency.ts';
import { identifyOfficial, type TokenFinder } from './steps/identify-official.ts';
import { type BurstLimiter, limitBurst } from './steps/limit-burst.ts';
import { limitLoad, type PlaceGiver } from './steps/limit-load.ts';
import { projectAnswer } from './steps/project-answer.ts';
import { recallRequest, type RequestMemory } from './steps/recall-request.ts';
import { type AnswerRecorder, recordAnswer } from './steps/record-answer.ts';
import { type QuotaReserver, reserveQuota } from './steps/reserve-quota.ts';

/** What the steps ask of the rest of the gateway. */
export interface PipelineParts {
  readonly burst: BurstLimiter;
  readonly places: PlaceGiver;
  readonly tokens: TokenFinder;
  readonly agreements: AgreementFinder;
  readonly clockCheck: ClockCheck;
  readonly evidenceCheck: EvidenceCheck;
  readonly requests: RequestMemory;
  readonly quota: QuotaReserver;
  readonly recorder: AnswerRecorder;
  /** Stands around every step, where somebody watches them. */
  readonly frame?: StepFrame | undefined;
}

/** What an answered exchange has at its end. */
export type Answered = WithOperation & WithPurpose & WithAnswer & WithEvidence;

/**
 * THE LIST. Every exchange about an operation takes these steps in this order, whatever transport it came by.
 * The order is also the precedence of refusals. Up to `fetchAnswer` no source is touched.
 */
export function createPipeline(parts: PipelineParts): Pipeline<Arrived & Asked, Arrived & Asked & Answered> {
  const decided = startWith<Arrived & Asked>(parts.frame)
    .then(identifyAgency)
    .then(limitBurst(parts.burst))
    .then(limitLoad(parts.places))
    .then(identifyOfficial(parts.tokens))
    .then(findAgreement(parts.agreements))
    .then(findOperation)
    .then(checkClock(parts.clockCheck))
    .then(checkEvidence(parts.evidenceCheck))
    .then(checkInForce)
    .then(checkAddress)
    .then(checkAuthority)
    .then(checkUndertaking)
    .then(checkTraining)
    .then(checkPurpose)
    .then(checkRequest)
    .then(recallRequest(parts.requests))
    .then(reserveQuota(parts.quota))
    .then(fetchAnswer)
    .then(projectAnswer);
  return decided.then(recordAnswer(parts.recorder, (state) => { decided.recheck(state); })); // prettier-ignore
}
