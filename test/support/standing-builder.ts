import { type Activation } from '../../src/agreement/activation.ts';
import { type Standing } from '../../src/gateway/standing.ts';
import { createIdentityRegister, type IdentityRows } from '../../src/identity/identity-register.ts';
import { anActivation, anAgreement } from './agreement-builder.ts';
import { aCertificate, anAgency, anAuthority, anOfficial } from './people-builder.ts';

/** What the registers hold, as rows. */
export interface StandingRows extends IdentityRows {
  readonly version: number;
  readonly activations: readonly Activation[];
  readonly loweredLimits: Readonly<Record<string, number>>;
}

/** Registers in which the official of `alpha` may query under the agreement of `anAgreement()`. */
export function standingRows(overrides: Partial<StandingRows> = {}): StandingRows {
  return {
    version: 1,
    agencies: [anAgency(), anAgency({ id: 'beta', name: 'Beta' }), anAgency({ id: 'gamma', name: 'Gamma' })],
    certificates: [aCertificate()],
    officials: [anOfficial()],
    authorities: [anAuthority()],
    activations: [anActivation(anAgreement())],
    loweredLimits: {},
    ...overrides,
  };
}

/** The immutable standing that the rows describe. */
export function aStanding(overrides: Partial<StandingRows> = {}): Standing {
  const rows = standingRows(overrides);
  const activations = new Map(rows.activations.map((row) => [row.agreementId, row]));
  const limits = new Map(Object.entries(rows.loweredLimits));
  return {
    version: rows.version,
    identities: createIdentityRegister(rows),
    activation: (agreementId) => activations.get(agreementId),
    loweredLimit: (scope) => limits.get(scope),
  };
}
