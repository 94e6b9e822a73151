/** What kind of problem a code is: the gateway refused on purpose, or something failed. */
export type ProblemKind = 'refusal' | 'fault';

/** How much the answer may say: `little` gives one fixed sentence, the same for "unknown" and "not allowed". */
export type Disclosure = 'little' | 'full';

export interface Problem {
  /** HTTP status; only http/problem-response.ts and the SOAP fault mapper write it out. */
  readonly status: number;
  readonly kind: ProblemKind;
  readonly tells: Disclosure;
  /** Whether the same request may succeed later. */
  readonly retry: 'never' | 'later' | 'tomorrow';
}

function refusal(status: number, tells: Disclosure = 'full', retry: Problem['retry'] = 'never'): Problem {
  return { status, kind: 'refusal', tells, retry };
}

function fault(status: number, retry: Problem['retry'] = 'later'): Problem {
  return { status, kind: 'fault', tells: 'little', retry };
}

/** The closed catalogue of problem codes. Inner folders throw codes, never statuses. */
export const PROBLEMS = {
  AGENCY_NOT_RECOGNISED: refusal(401, 'little'),
  REVOCATION_UNKNOWN: refusal(503, 'little', 'later'),
  OFFICIAL_NOT_RECOGNISED: refusal(401, 'little'),
  AGREEMENT_NOT_FOUND: refusal(404, 'little'),
  AGREEMENT_NOT_IN_FORCE: refusal(403),
  OPERATION_NOT_AGREED: refusal(403),
  ADDRESS_NOT_ALLOWED: refusal(403, 'little'),
  OFFICIAL_NOT_AUTHORISED: refusal(403),
  UNDERTAKING_REQUIRED: refusal(403),
  TRAINING_REQUIRED: refusal(403),
  PURPOSE_NOT_AGREED: refusal(403),
  REQUEST_INVALID: refusal(400),
  QUOTA_EXCEEDED: refusal(429, 'full', 'tomorrow'),
  RATE_LIMITED: refusal(429, 'full', 'later'),
  SOURCE_UNAVAILABLE: fault(503),
  SOURCE_ANSWER_INVALID: fault(502, 'never'),
  AUDIT_NOT_DURABLE: fault(503),
  EVIDENCE_STALE: fault(503),
  CLOCK_UNRELIABLE: fault(503),
  OVERLOADED: refusal(503, 'full', 'later'),
  IDEMPOTENCY_CONFLICT: refusal(409),
  RECEIPT_NOT_FOUND: refusal(404, 'little'),
  CHECKPOINT_NOT_FOUND: refusal(404),
  WITNESS_UNCERTAIN: fault(503),
  ROUTE_NOT_FOUND: refusal(404, 'little'),
  PAYLOAD_TOO_LARGE: refusal(413),
  MEDIA_TYPE_NOT_SUPPORTED: refusal(415),
  INTERNAL_ERROR: fault(500),
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault in the request, at a JSON pointer (RFC 6901) into its body. */
export interface RequestFault {
  readonly pointer: string;
  readonly messages: Sentence;
}

/** One sentence in both languages of the product. */
export interface Sentence {
  readonly tr: string;
  readonly en: string;
}

export interface GatewayErrorDetail {
  /** Private: reaches the log, never the wire. */
  readonly cause?: unknown;
  /** Public: where the request is wrong. */
  readonly errors?: readonly RequestFault[];
  /** Public: seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** Public: how the official's daily quota stands. */
  readonly quota?: QuotaFigures;
}

/** A daily quota as its holder sees it: answered queries, seconds until the next day. */
export interface QuotaFigures {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** The one error class of the gateway: a code of the catalogue and what may be said about it. */
export class GatewayError extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly RequestFault[];
  readonly retryAfterSeconds: number | undefined;
  readonly quota: QuotaFigures | undefined;

  constructor(code: ProblemCode, detail: GatewayErrorDetail = {}) {
    super(code, { cause: detail.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.errors = detail.errors ?? [];
    this.retryAfterSeconds = detail.retryAfterSeconds;
    this.quota = detail.quota;
  }
}

/** Any thrown value as a GatewayError; what is not one becomes INTERNAL_ERROR with the value as its cause. */
export function asGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL_ERROR', { cause: thrown });
}
