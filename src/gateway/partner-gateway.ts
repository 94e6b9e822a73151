import { type Agency } from '../identity/agency.ts';
import { type CertificateTrust } from '../identity/certificate-trust.ts';
import { type QuotaFigures, type RequestFault } from '../shared/problem.ts';

/** The body of a request after http read it within its bounds; a fault is judged at its place in the pipeline. */
export type RequestBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'unusable';
      readonly code: 'REQUEST_INVALID' | 'PAYLOAD_TOO_LARGE' | 'MEDIA_TYPE_NOT_SUPPORTED';
      readonly errors: readonly RequestFault[];
    };

/** Who calls, from where: known before anything of the request is read. */
export interface Caller {
  /** Made by http for each request; the id of its audit record. */
  readonly queryId: string;
  /** SHA-256 of the client certificate's DER form, lower-case hex. */
  readonly certificateFingerprint: string;
  /** Negotiated protocol and cipher suite, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly tls: string;
  /** Where the client is: the connection's peer as the operating system gives it, or as a listed balancer states it. */
  readonly address: string;
  /** What the authorities say of the certificate; current at every moment of the request. */
  readonly trust: CertificateTrust;
}

/** A request for one operation of one agreement, as any transport hands it in. */
export interface PartnerRequest extends Caller {
  readonly bearerToken: string | undefined;
  readonly agreementId: string;
  readonly operationId: string;
  readonly idempotencyKey: string | undefined;
  readonly body: RequestBody;
}

/** What the partner can later prove the answer with. */
export interface Receipt {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Buffer;
  /** Salt of the answer's commitment, 32 bytes. */
  readonly opening: Buffer;
}

/** An answer whose record is durable. */
export interface PartnerAnswer {
  readonly queryId: string;
  readonly outcome: 'found' | 'not-found';
  readonly agreement: { readonly id: string; readonly version: number; readonly hash: string };
  readonly purpose: string;
  /** The agreed fields as JSON text (RFC 8785), or `null`. */
  readonly dataJson: string;
  readonly receipt: Receipt;
  readonly quota: QuotaFigures;
}

/** A request for an access token (RFC 6749 §4.4). */
export interface TokenRequest extends Caller {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A token as the partner gets it; nothing keeps the token itself. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** A request for the proof of an earlier answer. */
export interface ReceiptRequest extends Caller {
  /** Query id of the answer, as the caller gives it. */
  readonly answerId: string;
}

/** The gateway as its transports see it. Every method rejects with GatewayError only, after the refusal is recorded. */
export interface PartnerGateway {
  answer(request: PartnerRequest): Promise<PartnerAnswer>;
  issueToken(request: TokenRequest): Promise<IssuedToken>;
  /**
   * The proof of an earlier answer (C2SP tlog-proof), for the agency that got it.
   * Rejects with RECEIPT_NOT_FOUND for everybody else, as for an answer that never was.
   */
  receipt(request: ReceiptRequest): Promise<string>;
  /**
   * Runs work for a recognised agency within its pace and its places. Rejects with AGENCY_NOT_RECOGNISED, REVOCATION_UNKNOWN,
   * RATE_LIMITED, OVERLOADED, or what the work threw; recorded like every refusal.
   */
  attend<Result>(caller: Caller, work: (agency: Agency) => Promise<Result>): Promise<Result>;
  /**
   * Records and throws a refusal for what no route takes: wrong path, too fast, too much at once, or not readable as a
   * request.
   * @param retryAfterSeconds when another try makes sense, for `RATE_LIMITED` and `OVERLOADED`; 1 where it is not given
   */
  refuse(
    caller: Caller,
    code: 'ROUTE_NOT_FOUND' | 'RATE_LIMITED' | 'OVERLOADED' | 'REQUEST_INVALID',
    retryAfterSeconds?: number,
  ): Promise<never>;
}
