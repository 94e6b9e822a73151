import { type Agreement } from '../../agreement/agreement.ts';
import { type Authority } from '../../identity/official.ts';
import { type Standing } from '../standing.ts';

/** One counter that an answered query moves, with the limit that holds for it now. */
export interface QuotaScope {
  readonly scope: string;
  readonly limit: number;
}

/** Counter of all answers under an agreement. */
export function agreementScope(agreementId: string): string {
  return `agreement:${agreementId}`;
}

/** Counter of an agency's answers under an agreement. */
export function agencyScope(agreementId: string, agencyId: string): string {
  return `agency:${agreementId}/${agencyId}`;
}

/** Counter of an official's answers under an agreement. */
export function officialScope(agreementId: string, officialId: string): string {
  return `official:${agreementId}/${officialId}`;
}

/** The official's counter first, then those of agency and agreement. */
export type QuotaScopes = readonly [QuotaScope, QuotaScope, QuotaScope];

/** What the scopes of an Ek-3 line were made of. */
interface Known {
  readonly agreement: Agreement;
  readonly agencyId: string;
  readonly standing: Standing;
  readonly scopes: QuotaScopes;
}

const known = new WeakMap<Authority, Known>();

/**
 * The counters of one query (Protokol V.Ç.7). A limit lowered in operation holds only below the agreement's ceiling.
 * The same for every query of an Ek-3 line on one standing, so they are made once.
 */
export function quotaScopes(
  agreement: Agreement,
  agencyId: string,
  authority: Authority,
  standing: Standing,
): QuotaScopes {
  const made = known.get(authority);
  if (made?.standing === standing && made.agreement === agreement && made.agencyId === agencyId)
    return made.scopes;
  const scopes = makeScopes(agreement, agencyId, authority, standing);
  known.set(authority, { agreement, agencyId, standing, scopes });
  return scopes;
}

function makeScopes(
  agreement: Agreement,
  agencyId: string,
  authority: Authority,
  standing: Standing,
): QuotaScopes {
  const scoped = (scope: string, ceiling: number): QuotaScope => ({
    scope,
    limit: Math.min(ceiling, standing.loweredLimit(scope) ?? ceiling),
  });
  return [
    scoped(
      officialScope(agreement.id, authority.officialId),
      Math.min(agreement.quotas.official, authority.dailyQuota),
    ),
    scoped(agencyScope(agreement.id, agencyId), agreement.quotas.agency),
    scoped(agreementScope(agreement.id), agreement.quotas.agreement),
  ];
}
