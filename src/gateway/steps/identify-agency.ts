import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithAgency } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/**
 * The agency is the one that registered exactly this certificate; a certificate of the same CA proves nothing.
 * Revocation is checked here rather than in the handshake, so that it leaves a code and a record.
 */
export const identifyAgency: Check<Arrived, WithAgency> = {
  name: 'identify-agency',
  codes: ['AGENCY_NOT_RECOGNISED'],
  holdsAtCommit: true,
  run: ({ caller, standing, now }) => {
    const certificate = standing.identities.certificate(caller.certificateFingerprint);
    const agency = certificate && standing.identities.agency(certificate.agencyId);
    if (certificate === undefined || agency === undefined) throw new GatewayError('AGENCY_NOT_RECOGNISED');
    if (certificate.revokedAt !== null || certificate.validTo <= now) {
      throw new GatewayError('AGENCY_NOT_RECOGNISED');
    }
    return { agency, certificate };
  },
};
