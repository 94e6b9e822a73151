import { type AccessTokenStore } from '../identity/access-token.ts';
import { newSecret, type SecretHasher } from '../identity/secret-hasher.ts';
import { GatewayError } from '../shared/problem.ts';
import { type Arrived, type WithAgency } from './exchange-state.ts';
import { type IssuedToken, type TokenRequest } from './partner-gateway.ts';
import { type Step } from './step.ts';

/** A request for a token as it came in. */
export interface WithTokenRequest {
  readonly tokenRequest: TokenRequest;
}

/** A token that was issued. */
export interface WithToken {
  readonly issued: IssuedToken;
}

/** What issuing works with; the life of a token in seconds. */
export interface TokenIssuerParts {
  readonly hasher: SecretHasher;
  readonly tokens: AccessTokenStore;
  readonly lifeSeconds: number;
}

/**
 * Exchanges the official's secret for a short-lived opaque token bound to this certificate (RFC 6749 §4.4, RFC 8705).
 * A wrong secret, an unknown client and a client of another agency cost the same time and get the same answer.
 */
export function issueToken(
  parts: TokenIssuerParts,
): Step<Arrived & WithAgency & WithTokenRequest, WithToken> {
  return {
    name: 'issue-token',
    codes: ['OFFICIAL_NOT_RECOGNISED'],
    run: async ({ standing, agency, certificate, now, tokenRequest }) => {
      const official = standing.identities.officialByClientId(tokenRequest.clientId);
      const known = official?.agencyId === agency.id ? official : undefined;
      const proven = parts.hasher.matches(tokenRequest.clientSecret, known?.secretHash);
      if (known === undefined || !proven) throw new GatewayError('OFFICIAL_NOT_RECOGNISED');
      const accessToken = newSecret();
      await parts.tokens.save({
        tokenHash: parts.hasher.hash(accessToken),
        officialId: known.id,
        certificateFingerprint: certificate.fingerprint,
        expiresAt: now + parts.lifeSeconds * 1000,
      });
      return { issued: { accessToken, expiresInSeconds: parts.lifeSeconds } };
    },
  };
}
