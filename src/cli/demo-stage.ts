import { issueAgencyCertificate } from '../identity/certificates/agency-certificate.ts';
import { type Clock } from '../shared/clock.ts';
import { type Answer, PartnerClient, type Problem, type Question } from './partner-client.ts';
import { type Realm, type RealmOfficial, realmAuthority, realmConnection } from './realm-file.ts';

const AGENCY = 'cgm';

/** The scene of `gecit demo`: a gateway of its own and the people of its realm. */
export class DemoStage {
  readonly realm: Realm;
  /** What was asked last, and by whom. */
  asked: { readonly clientId: string; readonly question: Question } | undefined;
  readonly #clock: Clock;
  readonly #client: PartnerClient;

  constructor(realm: Realm, clock: Clock) {
    this.realm = realm;
    this.#clock = clock;
    this.#client = new PartnerClient(realmConnection(realm, AGENCY));
  }

  /** The official whom the sentence of the realm file describes. */
  official(fits: (official: RealmOfficial) => boolean): RealmOfficial {
    const found = this.realm.officials.find((official) => official.agency === AGENCY && fits(official));
    if (found === undefined) throw new Error('the demo realm lacks an official');
    return found;
  }

  get subject(): string {
    return this.realm.subjects[0]?.tckn ?? '';
  }

  async ask(official: RealmOfficial, question: Question): Promise<Answer | Problem> {
    this.asked = { clientId: official.clientId, question };
    const token = await this.#client.token(official.clientId, official.clientSecret);
    return token.kind === 'problem' ? token : this.#client.ask(token.accessToken, question);
  }

  /** Asks with a good token over a certificate that the same authority issued and no register knows. */
  async askUnregistered(official: RealmOfficial, question: Question): Promise<Answer | Problem> {
    this.asked = { clientId: official.clientId, question };
    const token = await this.#client.token(official.clientId, official.clientSecret);
    if (token.kind === 'problem') return token;
    const client = new PartnerClient({ ...realmConnection(this.realm, AGENCY), ...(await this.#stranger()) });
    try {
      return await client.ask(token.accessToken, question);
    } finally {
      client.close();
    }
  }

  close(): void {
    this.#client.close();
  }

  async #stranger(): Promise<{ certificate: string; key: string }> {
    const authority = realmAuthority(this.realm, AGENCY);
    const { certificate, key } = await issueAgencyCertificate(
      authority,
      { agencyId: AGENCY, name: 'Çalışma Genel Müdürlüğü' },
      1,
      this.#clock,
    );
    return { certificate, key };
  }
}
