import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createPipeline } from '../../../src/gateway/pipeline.ts';
import { type PartnerRequest } from '../../../src/gateway/partner-gateway.ts';
import { GatewayError, type ProblemCode, PROBLEMS } from '../../../src/shared/problem.ts';
import { type Arrived, type Asked } from '../../../src/gateway/exchange-state.ts';
import { startWith } from '../../../src/gateway/step.ts';
import { checkAuthority } from '../../../src/gateway/steps/check-authority.ts';
import { checkPurpose } from '../../../src/gateway/steps/check-purpose.ts';
import { checkRequest } from '../../../src/gateway/steps/check-request.ts';
import { fetchAnswer } from '../../../src/gateway/steps/fetch-answer.ts';
import { findAgreement } from '../../../src/gateway/steps/find-agreement.ts';
import { findOperation } from '../../../src/gateway/steps/find-operation.ts';
import { identifyAgency } from '../../../src/gateway/steps/identify-agency.ts';
import { identifyOfficial } from '../../../src/gateway/steps/identify-official.ts';
import { projectAnswer } from '../../../src/gateway/steps/project-answer.ts';
import { recordAnswer } from '../../../src/gateway/steps/record-answer.ts';
import { anActivation, anAgreement } from '../../support/agreement-builder.ts';
import { aBody, aRequest, RECORD, SUBJECT, TRUSTED } from '../../support/exchange-builder.ts';
import { FakeDatabase } from '../../support/fake-evidence-store.ts';
import { GatewayRig } from '../../support/gateway-rig.ts';
import { aCertificate, anAuthority, NOON } from '../../support/people-builder.ts';
import { standingRows } from '../../support/standing-builder.ts';

/** The steps as the documentation lists them; their order is the precedence of refusals. */
const DOCUMENTED = [
  'identify-agency', 'limit-burst', 'limit-load', 'identify-official', 'find-agreement', 'find-operation', 'check-clock',
  'check-evidence', 'check-in-force', 'check-address', 'check-authority', 'check-undertaking', 'check-training',
  'check-purpose', 'check-request', 'recall-request', 'reserve-quota', 'fetch-answer', 'project-answer', 'record-answer',
]; // prettier-ignore

/** One rule that can be broken, the code it leads to, the step that refuses. In the order of precedence. */
const RULES = [
  ['a revoked certificate', 'AGENCY_NOT_RECOGNISED', 'identify-agency'],
  ['an overdue list of the authority', 'REVOCATION_UNKNOWN', 'identify-agency'],
  ['a flood', 'RATE_LIMITED', 'limit-burst'],
  ['no free place', 'OVERLOADED', 'limit-load'],
  ['an unknown token', 'OFFICIAL_NOT_RECOGNISED', 'identify-official'],
  ['an unknown agreement', 'AGREEMENT_NOT_FOUND', 'find-agreement'],
  ['an unknown operation', 'OPERATION_NOT_AGREED', 'find-operation'],
  ['a clock that runs backwards', 'CLOCK_UNRELIABLE', 'check-clock'],
  ['evidence that nobody outside confirms', 'EVIDENCE_STALE', 'check-evidence'],
  ['a suspended agreement', 'AGREEMENT_NOT_IN_FORCE', 'check-in-force'],
  ['a foreign address', 'ADDRESS_NOT_ALLOWED', 'check-address'],
  ['an ended authority', 'OFFICIAL_NOT_AUTHORISED', 'check-authority'],
  ['an old undertaking', 'UNDERTAKING_REQUIRED', 'check-undertaking'],
  ['no training', 'TRAINING_REQUIRED', 'check-training'],
  ['a body that is too large', 'PAYLOAD_TOO_LARGE', 'check-purpose'],
  ['a body of another type', 'MEDIA_TYPE_NOT_SUPPORTED', 'check-purpose'],
  ['another purpose', 'PURPOSE_NOT_AGREED', 'check-purpose'],
  ['a wrong identity number', 'REQUEST_INVALID', 'check-request'],
  ['a reused key', 'IDEMPOTENCY_CONFLICT', 'recall-request'],
  ['a used-up quota', 'QUOTA_EXCEEDED', 'reserve-quota'],
  ['a source that is down', 'SOURCE_UNAVAILABLE', 'fetch-answer'],
  ['an answer of another shape', 'SOURCE_ANSWER_INVALID', 'project-answer'],
  ['a store that fails', 'AUDIT_NOT_DURABLE', 'record-answer'],
] as const satisfies readonly (readonly [string, ProblemCode, string])[];
type Broken = (typeof RULES)[number][0];

/** Two rules about one thing: a body has one size and one type. */
const EXCLUSIVE: readonly Broken[] = ['a body that is too large', 'a body of another type'];

function pairs(): [Broken, Broken, ProblemCode][] {
  return RULES.flatMap(([first, code], place) =>
    RULES.slice(place + 1)
      .filter(([second]) => !(EXCLUSIVE.includes(first) && EXCLUSIVE.includes(second)))
      .map(([second]): [Broken, Broken, ProblemCode] => [first, second, code]),
  );
}

function rulesBefore(step: string): Broken[] {
  const end = RULES.findIndex(([, , refusing]) => refusing === step);
  return RULES.slice(0, end).map(([rule]) => rule);
}

function requestWith(broken: ReadonlySet<Broken>): PartnerRequest {
  const value = aBody({
    ...(broken.has('another purpose') && { purpose: 'marketing' }),
    ...(broken.has('a wrong identity number') && { input: { tckn: '17160614085' } }),
  });
  return aRequest({
    body: bodyWith(broken, value),
    ...(broken.has('an unknown token') && { bearerToken: 'another' }),
    ...(broken.has('an unknown agreement') && { agreementId: 'nothing-2024' }),
    ...(broken.has('an unknown operation') && { operationId: 'permit-list' }),
    ...(broken.has('an overdue list of the authority') && { trust: { ...TRUSTED, statusUntil: NOON } }),
    ...(broken.has('a foreign address') && { address: '192.0.2.1' }),
    ...(broken.has('a reused key') && { idempotencyKey: 'key-1' }),
  });
}

function bodyWith(broken: ReadonlySet<Broken>, value: unknown): PartnerRequest['body'] {
  if (broken.has('a body that is too large'))
    return { kind: 'unusable', code: 'PAYLOAD_TOO_LARGE', errors: [] };
  if (broken.has('a body of another type'))
    return { kind: 'unusable', code: 'MEDIA_TYPE_NOT_SUPPORTED', errors: [] };
  return { kind: 'json', value };
}

function databaseWith(broken: ReadonlySet<Broken>): FakeDatabase {
  const certificate = aCertificate(broken.has('a revoked certificate') ? { revokedAt: NOON } : {});
  const suspended = broken.has('a suspended agreement') ? { suspendedAt: NOON - 1 } : {};
  const authority = anAuthority({
    ...(broken.has('an ended authority') && { until: NOON }),
    ...(broken.has('an old undertaking') && { undertakingVersion: '2023-1' }),
    ...(broken.has('no training') && { trainingValidUntil: null }),
    ...(broken.has('a used-up quota') && { dailyQuota: 0 }),
  });
  const rows = standingRows({
    certificates: [certificate],
    activations: [anActivation(anAgreement(), suspended)],
    authorities: [authority],
  });
  return new FakeDatabase({ rows });
}

function rigWith(broken: ReadonlySet<Broken>): GatewayRig {
  const parts = {
    ...(broken.has('a flood') && { burst: { take: () => 3 } }),
    ...(broken.has('no free place') && { places: { take: () => undefined } }),
    ...(broken.has('a clock that runs backwards') && {
      clockCheck: { lastRecordedAt: () => NOON + 60_000, reliable: () => true },
    }),
    ...(broken.has('evidence that nobody outside confirms') && {
      evidenceCheck: { evidenceStale: () => true },
    }),
    ...(broken.has('a reused key') && { requests: memoryOfAnother(new GatewayRig()) }),
    ...(broken.has('a store that fails') && { recorder: failingRecorder }),
  };
  const rig = new GatewayRig({ database: databaseWith(broken), parts });
  if (broken.has('an answer of another shape')) rig.source.answerWith({ ...RECORD, permitFrom: 5 });
  if (broken.has('a source that is down')) rig.source.failWith();
  return rig;
}

function memoryOfAnother(rig: GatewayRig) {
  return {
    hasher: rig.tokens.hasher,
    find: async (key: string) =>
      Promise.resolve({ key, requestHash: 'of another request', queryId: 'q', expiresAt: NOON + 1 }),
  };
}

const failingRecorder = {
  record: async () => Promise.reject(new GatewayError('AUDIT_NOT_DURABLE')),
};

async function outcomeWith(...broken: Broken[]): Promise<{ code: string; rig: GatewayRig }> {
  const rig = rigWith(new Set(broken));
  const outcome = rig.outcomeOf(requestWith(new Set(broken)));
  await setImmediate(); // a flood's window is open by now
  rig.floods.closeAll();
  const code = await outcome;
  return { code, rig };
}

describe('the pipeline', () => {
  test('takes the documented steps in the documented order', () => {
    const steps = createPipeline(pipelineParts()).steps;
    expect(steps.map((step) => step.name)).toEqual(DOCUMENTED);
  });

  test('answers when no rule is broken', async () => {
    const { code, rig } = await outcomeWith();
    expect(code).toBe('answered');
    expect(rig.database.leaves.map((leaf) => leaf.type)).toEqual(['disclosure']);
  });

  test('has a rule for every code that an exchange about an operation can end with', () => {
    const elsewhere = [
      'ROUTE_NOT_FOUND',
      'RECEIPT_NOT_FOUND',
      'CHECKPOINT_NOT_FOUND',
      'WITNESS_UNCERTAIN',
      'INTERNAL_ERROR',
    ];
    const covered = [...RULES.map(([, code]) => code), ...elsewhere];
    expect(covered.sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  test.each(RULES)('refuses %s with %s, declared by the step %s', async (rule, code, step) => {
    const { code: given } = await outcomeWith(rule);
    expect(given).toBe(code);
    const declared = createPipeline(pipelineParts()).steps.find(({ name }) => name === step);
    expect(declared?.codes).toContain(code);
  });

  test.each(pairs())('with %s and %s the earlier step decides: %s', async (first, second, code) => {
    const { code: given } = await outcomeWith(first, second);
    expect(given).toBe(code);
  });

  test.each(rulesBefore('fetch-answer'))('touches no source when it refuses %s [R002-059]', async (rule) => {
    const { rig } = await outcomeWith(rule);
    expect(rig.source.asked).toEqual([]);
  });

  test('asks the source for the agreed input alone, once', async () => {
    const { rig } = await outcomeWith();
    expect(rig.source.asked).toEqual([
      { agreementId: 'alpha-beta-2024', operationId: 'permit-lookup', input: { tckn: SUBJECT } },
    ]);
  });
});

describe('a pipeline in the wrong order', () => {
  const start = startWith<Arrived & Asked>();
  const tokens = new GatewayRig().tokens;
  const book = { find: () => undefined };
  const recorder = failingRecorder;

  test('does not compile', () => {
    // @ts-expect-error the official is identified among the people of a known agency
    start.then(identifyOfficial(tokens));
    // @ts-expect-error an agreement is found for a known agency
    start.then(findAgreement(book));
    // @ts-expect-error an operation is one of a known agreement
    start.then(identifyAgency).then(findOperation);
    const withAgency = start.then(identifyAgency);
    // @ts-expect-error an authority belongs to an official and an agreement
    withAgency.then(checkAuthority);
    // @ts-expect-error a purpose is granted by an authority
    withAgency.then(findAgreement(book)).then(findOperation).then(checkPurpose);
    // @ts-expect-error the input is not checked before the purpose
    withAgency.then(findAgreement(book)).then(findOperation).then(checkRequest);
    // @ts-expect-error the source is not asked before the input is valid
    withAgency.then(findAgreement(book)).then(findOperation).then(fetchAnswer);
    const checked = withAgency
      .then(identifyOfficial(tokens))
      .then(findAgreement(book))
      .then(findOperation)
      .then(checkAuthority);
    const valid = checked.then(checkPurpose).then(checkRequest);
    // @ts-expect-error nothing is projected before the source answered
    valid.then(projectAnswer);
    // @ts-expect-error nothing is recorded as an answer before it is projected
    valid.then(fetchAnswer).then(recordAnswer(recorder, () => undefined));
    expect(valid.then(fetchAnswer).then(projectAnswer).steps).toHaveLength(9);
  });
});

function pipelineParts(): Parameters<typeof createPipeline>[0] {
  const rig = new GatewayRig();
  return {
    burst: { take: () => 0 },
    places: rig.places,
    tokens: rig.tokens,
    agreements: { find: () => undefined },
    clockCheck: { lastRecordedAt: () => 0, reliable: () => true },
    evidenceCheck: { evidenceStale: () => false },
    requests: memoryOfAnother(rig),
    quota: rig.quota,
    recorder: failingRecorder,
  };
}
