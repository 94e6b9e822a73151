import { type Agreement } from '../../src/agreement/agreement.ts';
import { AgreementBook, type AgreedOperation } from '../../src/gateway/agreement-book.ts';
import { createPipeline, type PipelineParts } from '../../src/gateway/pipeline.ts';
import {
  type Arrived,
  type Asked,
  type WithAgency,
  type WithAnswer,
  type WithAuthority,
  type WithInput,
  type WithOfficial,
  type WithOperation,
  type WithPurpose,
  type WithRetryKey,
  type WithSourceAnswer,
} from '../../src/gateway/exchange-state.ts';
import { type Caller, type PartnerRequest } from '../../src/gateway/partner-gateway.ts';
import { type CertificateTrust } from '../../src/identity/certificate-trust.ts';
import { newQueryId } from '../../src/shared/ids.ts';
import { type Source } from '../../src/sources/source.ts';
import { anActivation, anAgreement } from './agreement-builder.ts';
import { FakeSource } from './fake-source.ts';
import {
  ALPHA_CERTIFICATE,
  aCertificate,
  anAgency,
  anAuthority,
  anOfficial,
  NOON,
} from './people-builder.ts';
import { aStanding } from './standing-builder.ts';

/** A number with correct check digits; nobody's. */
export const SUBJECT = '17160614084';

/** What the fake register holds about the subject, with one member that the agreement does not list. */
export const RECORD: Readonly<Record<string, unknown>> = {
  fullName: 'Ayşe Örnek',
  permitFrom: '2026-01-05',
  workers: 12,
  status: 'valid',
  motherName: 'not agreed',
};

/** The body of a query as its JSON text was parsed. */
export function aBody(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { input: { tckn: SUBJECT }, purpose: 'permit-check', caseReference: '2026/118', ...overrides };
}

/** A certificate whose authority stands behind it and keeps no list. */
export const TRUSTED: CertificateTrust = { trustedUntil: Infinity, statusUntil: Infinity };

/** A connection of `alpha` from an address that the official may use. */
export function aCaller(overrides: Partial<Caller> = {}): Caller {
  return {
    queryId: newQueryId(),
    certificateFingerprint: ALPHA_CERTIFICATE,
    tls: 'TLSv1.3',
    address: '10.1.2.3',
    trust: TRUSTED,
    ...overrides,
  };
}

/** A query that every step lets through once its token is known. */
export function aRequest(overrides: Partial<PartnerRequest> = {}): PartnerRequest {
  return {
    ...aCaller(),
    bearerToken: 'token-1',
    agreementId: 'alpha-beta-2024',
    operationId: 'permit-lookup',
    idempotencyKey: undefined,
    body: { kind: 'json', value: aBody() },
    ...overrides,
  };
}

/** The agreement's only operation, ready to answer from a source. */
export function anAgreedOperation(
  agreement: Agreement = anAgreement(),
  source: Source | undefined = new FakeSource(),
): AgreedOperation {
  const prepared = new AgreementBook([agreement], () => source).find(agreement.id, aStanding());
  const agreed = [...(prepared?.operations.values() ?? [])][0];
  if (agreed === undefined) throw new Error('the agreement has no operation');
  return agreed;
}

/** Everything that is known of an exchange whose answer is ready to be recorded. */
export type ReadyExchange = Arrived &
  Asked &
  WithAgency &
  WithOfficial &
  WithOperation &
  WithAuthority &
  WithPurpose &
  WithInput &
  WithRetryKey &
  WithSourceAnswer &
  WithAnswer;

/** Takes the checks of the real pipeline again; its other steps are not run. */
export function recheck(state: ReadyExchange): void {
  PIPELINE.recheck(state as never);
}

const PIPELINE = createPipeline({} as PipelineParts);

// Immutable, and not cheap to make a thousand times.
const AGREEMENT = anAgreement();
const AGREED = anAgreedOperation(AGREEMENT);
const STANDING = aStanding();

/** An exchange that has passed every step up to its record. */
export function anExchange(overrides: Partial<ReadyExchange> = {}): ReadyExchange {
  const request = overrides.request ?? aRequest();
  const agreement = overrides.agreement ?? AGREEMENT;
  const agreed = agreement === AGREEMENT ? AGREED : anAgreedOperation(agreement);
  return {
    caller: request,
    request,
    standing: STANDING,
    now: NOON,
    onExit: () => undefined,
    agency: anAgency(),
    certificate: aCertificate(),
    official: anOfficial(),
    agreement,
    operations: new Map([[agreed.operation.id, agreed]]),
    agreed,
    activation: anActivation(agreement),
    authority: anAuthority(),
    purpose: 'permit-check',
    input: { tckn: SUBJECT },
    caseReference: '2026/118',
    retryKey: null,
    repeats: false,
    sourceAnswer: { records: [] },
    projected: { outcome: 'found', dataJson: '{"fullName":"Ayşe Örnek"}', surplus: 1 },
    ...overrides,
  };
}
