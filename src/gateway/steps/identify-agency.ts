import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithAgency } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** Somebody must put the next list in place first. */
const RETRY_SECONDS = 60;

/**
 * The agency is the one that registered exactly this certificate; a certificate of the same CA proves nothing.
 * Revocation, by our register or by the authority's list, is checked here rather than in the handshake, so that it leaves a
 * code and a record and holds on open connections.
 */
export const identifyAgency: Check<Arrived, WithAgency> = {
  name: 'identify-agency',
  codes: ['AGENCY_NOT_RECOGNISED', 'REVOCATION_UNKNOWN'],
  holdsAtCommit: true,
  run: ({ caller, standing, now }) => {
    const certificate = standing.identities.certificate(caller.certificateFingerprint);
    const agency = certificate && standing.identities.agency(certificate.agencyId);
    if (certificate === undefined || agency === undefined) throw new GatewayError('AGENCY_NOT_RECOGNISED');
    const ended = certificate.validTo <= now || caller.trust.trustedUntil <= now;
    if (certificate.revokedAt !== null || ended) throw new GatewayError('AGENCY_NOT_RECOGNISED');
    if (caller.trust.statusUntil <= now)
      throw new GatewayError('REVOCATION_UNKNOWN', { retryAfterSeconds: RETRY_SECONDS });
    return { agency, certificate };
  },
};
