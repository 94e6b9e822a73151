import {
  type Caller,
  type IssuedToken,
  type PartnerAnswer,
  type PartnerGateway,
  type PartnerRequest,
  type ReceiptRequest,
  type TokenRequest,
} from '../../src/gateway/partner-gateway.ts';
import { type Agency } from '../../src/identity/agency.ts';
import { GatewayError } from '../../src/shared/problem.ts';

type RefusalCode = Parameters<PartnerGateway['refuse']>[1];

/** A gateway that answers everything, until told otherwise; remembers what it was asked. */
export class FakePartnerGateway implements PartnerGateway {
  readonly requests: PartnerRequest[] = [];
  readonly tokenRequests: TokenRequest[] = [];
  readonly attended: Caller[] = [];
  readonly refusals: (Caller & { readonly code: RefusalCode })[] = [];

  onAnswer: (request: PartnerRequest) => Promise<PartnerAnswer> = async (request) =>
    request.body.kind === 'unusable'
      ? Promise.reject(new GatewayError(request.body.code, { errors: request.body.errors }))
      : Promise.resolve(partnerAnswer({ queryId: request.queryId }));

  onToken: (request: TokenRequest) => Promise<IssuedToken> = async () =>
    Promise.resolve({ accessToken: 'a-token', expiresInSeconds: 900 });

  onRefuse: (code: RefusalCode) => Error = (code) => new GatewayError(code);

  async answer(request: PartnerRequest): Promise<PartnerAnswer> {
    this.requests.push(request);
    return this.onAnswer(request);
  }

  async issueToken(request: TokenRequest): Promise<IssuedToken> {
    this.tokenRequests.push(request);
    return this.onToken(request);
  }

  async receipt(request: ReceiptRequest): Promise<string> {
    return Promise.resolve(`proof of ${request.answerId}\n`);
  }

  /** Who is served as an agency of this id, and nobody while it is undefined. */
  attending: string | undefined = 'cgm';

  async attend<Result>(caller: Caller, work: (agency: Agency) => Promise<Result>): Promise<Result> {
    this.attended.push(caller);
    if (this.attending === undefined) throw new GatewayError('AGENCY_NOT_RECOGNISED');
    return work({ id: this.attending, name: this.attending });
  }

  async refuse(caller: Caller, code: RefusalCode): Promise<never> {
    this.refusals.push({ ...caller, code });
    return Promise.reject(this.onRefuse(code));
  }
}

/** A valid answer with fictional data. */
export function partnerAnswer(change: Partial<PartnerAnswer> = {}): PartnerAnswer {
  return {
    queryId: '0190a0a0-0000-7000-8000-000000000001',
    outcome: 'found',
    agreement: { id: 'tr-iskur-cgm-2024', version: 1, hash: `sha256:${'ab'.repeat(32)}` },
    purpose: 'cocuk-isciligi-takip',
    dataJson: '{"adSoyad":"Örnek Kişi","bildirilenIsciSayisi":null,"durum":"gecerli"}',
    receipt: {
      origin: 'gecit.test/node-1/2026',
      index: 41,
      leaf: Buffer.from('leaf'),
      opening: Buffer.alloc(32, 7),
    },
    quota: { limit: 50, remaining: 49, resetSeconds: 123 },
    ...change,
  };
}
