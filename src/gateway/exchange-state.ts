import { type QuotaFigures } from '../shared/problem.ts';
import { type Activation } from '../agreement/activation.ts';
import { type Agreement } from '../agreement/agreement.ts';
import { type Agency, type AgencyCertificate } from '../identity/agency.ts';
import { type Authority, type Official } from '../identity/official.ts';
import { type AgreedOperation } from './agreement-book.ts';
import { type Caller, type PartnerRequest, type Receipt, type TokenRequest } from './partner-gateway.ts';
import { type SourceAnswer } from '../sources/source.ts';
import { type Projected } from './projection/compile-projection.ts';
import { type Standing } from './standing.ts';

/** What the pipeline starts with. */
export interface Arrived {
  readonly caller: Caller;
  /** The registers on which every step decides. */
  readonly standing: Standing;
  /** Epoch milliseconds of the decision. */
  readonly now: number;
  /** Registers something that must be undone when the exchange ends, however it ends. */
  readonly onExit: (undo: () => void) => void;
}

/** An exchange about one operation. */
export interface Asked {
  readonly request: PartnerRequest;
}

// One interface for what each step adds.

/** Known once the certificate is recognised. */
export interface WithAgency {
  readonly agency: Agency;
  readonly certificate: AgencyCertificate;
}

/** Known once the access token is recognised. */
export interface WithOfficial {
  readonly official: Official;
}

/** Known once the agreement grants the operation to the agency. */
export interface WithAgreement {
  readonly agreement: Agreement;
  readonly operations: ReadonlyMap<string, AgreedOperation>;
  readonly activation: Activation | undefined;
}

/** The operation that is asked, of the agreement that was found. */
export interface WithOperation extends WithAgreement {
  readonly agreed: AgreedOperation;
}

/** Known once the official's Ek-3 line is found. */
export interface WithAuthority {
  readonly authority: Authority;
}

/** Known once the purpose is agreed and granted. */
export interface WithPurpose {
  readonly purpose: string;
}

/** Known once the request is valid. */
export interface WithInput {
  /** Validated input by field id. */
  readonly input: Readonly<Record<string, string>>;
  readonly caseReference: string;
}

/** Known once an Idempotency-Key was looked up. */
export interface WithRetryKey {
  /** Keyed hashes of the Idempotency-Key and of the request, or null when the caller sent no key. */
  readonly retryKey: { readonly key: string; readonly requestHash: string } | null;
  /** Whether this repeats an answered query, which costs no quota. */
  readonly repeats: boolean;
}

/** What the source answered, untrusted. */
export interface WithSourceAnswer {
  readonly sourceAnswer: SourceAnswer;
}

/** The agreed fields, ready to leave once they are recorded. */
export interface WithAnswer {
  readonly projected: Projected;
}

/** The durable record of the answer. */
export interface WithEvidence {
  readonly receipt: Receipt;
  readonly quota: QuotaFigures;
}

/** Everything that is known of an exchange whose answer is ready. */
export type Ready = Arrived &
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

/** What a check at the commit takes in place of what the exchange was decided on. */
export type Redecision = Pick<Ready, 'standing' | 'now' | 'official' | 'activation'>;

/**
 * The exchange as it is to be decided again; the exchange itself stays as it is. Written out member by member: a copy by spread
 * costs a hundred times as much.
 */
export function decidedAnew(ready: Ready, { standing, now, official, activation }: Redecision): Ready {
  return {
    caller: ready.caller,
    standing,
    now,
    onExit: ready.onExit,
    request: ready.request,
    agency: ready.agency,
    certificate: ready.certificate,
    official,
    agreement: ready.agreement,
    operations: ready.operations,
    agreed: ready.agreed,
    activation,
    authority: ready.authority,
    purpose: ready.purpose,
    input: ready.input,
    caseReference: ready.caseReference,
    retryKey: ready.retryKey,
    repeats: ready.repeats,
    sourceAnswer: ready.sourceAnswer,
    projected: ready.projected,
  };
}

/** All that a refused exchange may know; whatever was not reached is absent. */
export type Partly = Arrived &
  Partial<
    { readonly tokenRequest: TokenRequest } & Asked &
      WithAgency &
      WithOfficial &
      WithOperation &
      WithAuthority &
      WithPurpose &
      WithInput &
      WithRetryKey
  >;

/**
 * An exchange with a place for all that the steps will find: an object that keeps its shape while it is filled is several
 * times cheaper than one that grows.
 */
export function blankExchange(arrived: Arrived, request: PartnerRequest): Arrived & Asked {
  const { caller, standing, now, onExit } = arrived;
  const blank: Blank = {
    caller,
    standing,
    now,
    onExit,
    request,
    agency: undefined,
    certificate: undefined,
    official: undefined,
    agreement: undefined,
    operations: undefined,
    agreed: undefined,
    activation: undefined,
    authority: undefined,
    purpose: undefined,
    input: undefined,
    caseReference: undefined,
    retryKey: undefined,
    repeats: undefined,
    sourceAnswer: undefined,
    projected: undefined,
    receipt: undefined,
    quota: undefined,
  };
  return blank;
}

type Blank = Arrived &
  Asked &
  Record<
    | keyof WithAgency
    | keyof WithOfficial
    | keyof WithOperation
    | keyof WithAuthority
    | keyof WithPurpose
    | keyof WithInput
    | keyof WithRetryKey
    | keyof WithSourceAnswer
    | keyof WithAnswer
    | keyof WithEvidence,
    undefined
  >;
