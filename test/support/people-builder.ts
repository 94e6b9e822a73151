import { type Agency, type AgencyCertificate } from '../../src/identity/agency.ts';
import { type Authority, type Official } from '../../src/identity/official.ts';
import { type Operator } from '../../src/identity/operator.ts';
import { SecretHasher } from '../../src/identity/secret-hasher.ts';

/** The moment at which tests happen: noon in Istanbul, Monday 2 March 2026. */
export const NOON: number = Date.UTC(2026, 2, 2, 9);

const DAY = 24 * 60 * 60 * 1000;

/** Fingerprint of the certificate that `alpha` registered. */
export const ALPHA_CERTIFICATE: string = 'a1'.repeat(32);

/** The secret of every official that `anOfficial` makes, hashed with `TEST_HASHER`. */
export const OFFICIAL_SECRET = 'secret-of-the-first-official';
export const TEST_HASHER: SecretHasher = new SecretHasher(Buffer.alloc(32, 7));

/** A consumer agency, `alpha`. */
export function anAgency(overrides: Partial<Agency> = {}): Agency {
  return { id: 'alpha', name: 'Alpha', ...overrides };
}

/** A registered certificate of `alpha`, valid for a year, not revoked. */
export function aCertificate(overrides: Partial<AgencyCertificate> = {}): AgencyCertificate {
  return {
    fingerprint: ALPHA_CERTIFICATE,
    agencyId: 'alpha',
    subject: 'CN=alpha',
    validTo: NOON + 365 * DAY,
    revokedAt: null,
    ...overrides,
  };
}

/** An official of `alpha` who may query from the private network 10.0.0.0/8. */
export function anOfficial(overrides: Partial<Official> = {}): Official {
  const id = overrides.id ?? 'official-1';
  return {
    id,
    agencyId: 'alpha',
    name: 'Deniz Örnek',
    unit: 'alpha-it',
    clientId: `client-of-${id}`,
    secretHash: TEST_HASHER.hash(OFFICIAL_SECRET),
    allowedAddresses: ['10.0.0.0/8'],
    ...overrides,
  };
}

/** That official's line of Ek-3: one operation, one of the two purposes, 100 answers a day, all evidence in order. */
export function anAuthority(overrides: Partial<Authority> = {}): Authority {
  return {
    officialId: 'official-1',
    agreementId: 'alpha-beta-2024',
    operations: ['permit-lookup'],
    purposes: ['permit-check'],
    dailyQuota: 100,
    from: NOON - 30 * DAY,
    until: NOON + 30 * DAY,
    undertakingVersion: '2024-1',
    trainingValidUntil: NOON + 30 * DAY,
    ...overrides,
  };
}

/** An operator who may act; the key must be given where signatures are checked. */
export function anOperator(overrides: Partial<Operator> = {}): Operator {
  return {
    id: 'operator-1',
    name: 'Umut Örnek',
    publicKey: '',
    addedAt: NOON - 30 * DAY,
    endedAt: null,
    ...overrides,
  };
}
