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

/**
 * The counters of one query: the official's first, then agency and agreement (Protokol V.Ç.7).
 * A limit lowered in operation holds only below the agreement's ceiling.
 */
export function quotaScopes(
  agreement: Agreement,
  agencyId: string,
  authority: Authority,
  standing: Standing,
): readonly [QuotaScope, QuotaScope, QuotaScope] {
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
