import { randomBytes, randomUUID } from 'node:crypto';
import { type Agreement } from '../agreement/agreement.ts';
import { type RegisterChange } from '../gateway/register-change.ts';
import { type Authority } from '../identity/official.ts';
import { newSecret, type SecretHasher } from '../identity/secret-hasher.ts';
import { type DemoFile } from './demo-file.ts';
import { DEMO_PEOPLE, type DemoPerson } from './demo-people.ts';

/** Days of the agreement's life as the demo tells it; epoch milliseconds. */
export interface DemoDays {
  readonly signed: number;
  readonly now: number;
}

export interface DemoOfficials {
  readonly changes: readonly RegisterChange[];
  /** The same people as the demo file lists them, with their secrets. */
  readonly listed: DemoFile['officials'];
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** Gives every fictional official an opaque client id and a new secret, and enters them with what Ek-3 says. */
export function createDemoOfficials(
  agreement: Agreement,
  hasher: SecretHasher,
  days: DemoDays,
): DemoOfficials {
  const made = DEMO_PEOPLE.map((person) => createOfficial(person, agreement, hasher, days));
  return { changes: made.flatMap((one) => one.changes), listed: made.map((one) => one.listed) };
}

function createOfficial(
  person: DemoPerson,
  agreement: Agreement,
  hasher: SecretHasher,
  days: DemoDays,
): { changes: RegisterChange[]; listed: DemoFile['officials'][number] } {
  const { agency, name, unit, about } = person;
  const allowedAddresses = [...person.allowedAddresses];
  const dailyQuota = Math.min(person.dailyQuota, agreement.quotas.official);
  const clientId = `${agency}-${randomBytes(5).toString('hex')}`;
  const clientSecret = newSecret();
  const official = { id: randomUUID(), agencyId: agency, name, unit, clientId, allowedAddresses };
  const changes: RegisterChange[] = [
    { kind: 'add-official', official: { ...official, secretHash: hasher.hash(clientSecret) } },
  ];
  if (person.authority !== 'none') {
    const authority = { ...authorityOf(person, agreement, days), officialId: official.id, dailyQuota };
    changes.push({ kind: 'add-authority', authority });
  }
  return { changes, listed: { agency, name, clientId, clientSecret, allowedAddresses, dailyQuota, about } };
}

function authorityOf(
  person: DemoPerson,
  agreement: Agreement,
  days: DemoDays,
): Omit<Authority, 'officialId' | 'dailyQuota'> {
  const operations = agreement.operations.filter((operation) => operation.consumer === person.agency);
  return {
    agreementId: agreement.id,
    operations: operations.map((operation) => operation.id),
    purposes: [...new Set(operations.flatMap((operation) => operation.purposes))],
    from: days.signed,
    until: person.authority === 'ended' ? days.now - DAY : days.now + YEAR,
    undertakingVersion: person.undertaking ? undertakingVersion(agreement) : null,
    trainingValidUntil: person.trained ? days.now + YEAR : null,
  };
}

/** Version of the undertaking's text that the agreement asks for. */
export function undertakingVersion(agreement: Agreement): string {
  const version = agreement.annexes.find((annex) => annex.content === 'undertaking')?.version;
  if (version === undefined) throw new Error(`agreement ${agreement.id} has no version of its undertaking`);
  return version;
}
