import { type AgencyAccess, type ListedOfficial } from './demo-access.ts';
import { AGREEMENT, KNOWN, OPERATION, PURPOSE } from './gateway-realm.ts';
import { type ClientAnswer, type ClientRequest, PartnerClient } from './partner-client.ts';

/** What a query changes of the valid one. */
export interface QueryChange {
  readonly agreement?: string;
  readonly operation?: string;
  readonly tckn?: string;
  readonly purpose?: string;
  readonly caseReference?: string;
  /** The whole body in place of input, purpose and case reference. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the official's own token; null sends none. */
  readonly token?: string | null;
}

export interface Connecting {
  readonly port: number;
  readonly ca: string;
  /** Told of every answer, in the order of arrival. */
  readonly seen: (path: string, answer: ClientAnswer) => void;
  readonly maxSockets?: number;
  /** Address of this machine from which the client asks. */
  readonly localAddress?: string;
}

/** One agency's way to the gateway: its certificate, on connections that stay open. */
export class GatewayClient {
  readonly #client: PartnerClient;
  readonly #seen: Connecting['seen'];

  constructor(access: AgencyAccess, { port, ca, seen, maxSockets, localAddress }: Connecting) {
    this.#seen = seen;
    this.#client = new PartnerClient({
      port,
      ca,
      host: '127.0.0.1',
      identity: access,
      maxSockets: maxSockets ?? 32,
      localAddress,
    });
  }

  async send(request: ClientRequest): Promise<ClientAnswer> {
    const answer = await this.#client.send(request);
    this.#seen(request.path ?? '/', answer);
    return answer;
  }

  /** Asks for a token as RFC 6749 §4.4 says. */
  async askToken(clientId: string, clientSecret: string): Promise<ClientAnswer> {
    const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    return this.send({
      method: 'POST',
      path: '/oauth2/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
    });
  }

  /** A query of whoever holds the token, valid but for what is changed. */
  async query(token: string | null, change: QueryChange = {}): Promise<ClientAnswer> {
    const input = { tckn: change.tckn ?? KNOWN.tckn };
    const purpose = change.purpose ?? PURPOSE;
    const caseReference = change.caseReference ?? '2026/118';
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return this.send({
      method: 'POST',
      path: `/v1/agreements/${change.agreement ?? AGREEMENT}/operations/${change.operation ?? OPERATION}`,
      headers: { 'content-type': 'application/json', ...authorization, ...change.headers },
      body: change.body ?? JSON.stringify({ input, purpose, caseReference }),
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** A named person at an agency: fetches a token when it is first needed and keeps it. */
export class OfficialClient {
  readonly listed: ListedOfficial;
  readonly #agency: () => GatewayClient;
  #token: Promise<string> | undefined;

  constructor(listed: ListedOfficial, agency: () => GatewayClient) {
    this.listed = listed;
    this.#agency = agency;
  }

  async token(): Promise<string> {
    return (this.#token ??= this.#fetchToken());
  }

  /** The next query fetches a new token. */
  forgetToken(): void {
    this.#token = undefined;
  }

  async query(change: QueryChange = {}): Promise<ClientAnswer> {
    const token = change.token === undefined ? await this.token() : change.token;
    return this.#agency().query(token, change);
  }

  async #fetchToken(): Promise<string> {
    const answer = await this.#agency().askToken(this.listed.clientId, this.listed.clientSecret);
    if (answer.status !== 200) throw new Error(`no token: ${answer.text}`);
    return String(answer.json()['access_token']);
  }
}

/** The problem code of an answer, or `answered`. */
export function codeOf(answer: ClientAnswer): string {
  return answer.status === 200 ? 'answered' : String(answer.json()['code'] ?? answer.json()['error']);
}
