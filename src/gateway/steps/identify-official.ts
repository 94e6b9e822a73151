import { type AccessToken } from '../../identity/access-token.ts';
import { type SecretHasher } from '../../identity/secret-hasher.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type Asked, type WithAgency, type WithOfficial } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Looks up an issued token by its keyed hash. */
export interface TokenFinder {
  readonly hasher: SecretHasher;
  find(tokenHash: string): AccessToken | undefined | Promise<AccessToken | undefined>;
}

/**
 * The official is proven by an access token that is bound to the very certificate of this connection (RFC 8705 §3).
 * Whatever is wrong with a token, the refusal is the same.
 */
export function identifyOfficial(tokens: TokenFinder): Step<Arrived & Asked & WithAgency, WithOfficial> {
  return {
    name: 'identify-official',
    codes: ['OFFICIAL_NOT_RECOGNISED'],
    run: async (state) => {
      const { bearerToken } = state.request;
      const found = bearerToken === undefined ? undefined : tokens.find(tokens.hasher.hash(bearerToken));
      return found instanceof Promise
        ? found.then((token) => holderOf(token, state))
        : holderOf(found, state);
    },
  };
}

function holderOf(
  token: AccessToken | undefined,
  { standing, agency, certificate, now }: Arrived & WithAgency,
): WithOfficial {
  const official = token && standing.identities.official(token.officialId);
  if (token === undefined || official === undefined) throw new GatewayError('OFFICIAL_NOT_RECOGNISED');
  const bound = token.certificateFingerprint === certificate.fingerprint && official.agencyId === agency.id;
  if (!bound || token.expiresAt <= now) throw new GatewayError('OFFICIAL_NOT_RECOGNISED');
  return { official };
}
