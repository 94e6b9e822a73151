import { type Agreement } from '../agreement/agreement.ts';
import { type Administration } from '../gateway/administration.ts';
import { agencyScope, agreementScope, officialScope } from '../gateway/quota/quota-scope.ts';
import { type Standing } from '../gateway/standing.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { zonedDay } from '../shared/zoned-day.ts';

/** One limit of one agreement on its present day. */
export interface QuotaLine {
  readonly agreement: string;
  readonly day: string;
  readonly kind: 'agreement' | 'agency' | 'official';
  /** Id of the agreement, agency or official. */
  readonly id: string;
  /** What an official is known by outside; null for the others. */
  readonly clientId: string | null;
  readonly scope: string;
  /** What the agreement, or the official's Ek-3 line, allows at most. */
  readonly ceiling: number;
  /** The limit in operation; null where the ceiling stands. */
  readonly lowered: number | null;
  readonly used: number;
}

/** Every limit of the agreements, with today's use in each agreement's own zone. */
export async function quotaLines(administration: Administration, now: number): Promise<QuotaLine[]> {
  const rows = await administration.identityRows();
  const lowered = await administration.loweredLimits();
  const lines: QuotaLine[] = [];
  for (const agreement of answering(administration.agreements, await administration.standing())) {
    const day = zonedDay(now, agreement.timeZone).date;
    const counters = await administration.countersOn(day);
    const used = new Map(counters.map((counter) => [counter.scope, counter.used]));
    for (const limit of limitsOf(agreement, rows)) {
      const inOperation = lowered.get(limit.scope);
      lines.push({
        agreement: agreement.id,
        day,
        ...limit,
        lowered: inOperation !== undefined && inOperation < limit.ceiling ? inOperation : null,
        used: used.get(limit.scope) ?? 0,
      });
    }
  }
  return lines;
}

type Limit = Pick<QuotaLine, 'kind' | 'id' | 'clientId' | 'scope' | 'ceiling'>;

function limitsOf(agreement: Agreement, { authorities, officials }: IdentityRows): Limit[] {
  const { id, quotas } = agreement;
  const clients = new Map(officials.map((official) => [official.id, official.clientId]));
  const consumers = new Set(agreement.operations.map(({ consumer }) => consumer));
  return [
    { kind: 'agreement', id, clientId: null, scope: agreementScope(id), ceiling: quotas.agreement },
    ...[...consumers].map((agency): Limit => {
      return {
        kind: 'agency',
        id: agency,
        clientId: null,
        scope: agencyScope(id, agency),
        ceiling: quotas.agency,
      };
    }),
    ...authorities
      .filter((authority) => authority.agreementId === id)
      .map(({ officialId, dailyQuota }): Limit => {
        const ceiling = Math.min(quotas.official, dailyQuota);
        const clientId = clients.get(officialId) ?? null;
        return { kind: 'official', id: officialId, clientId, scope: officialScope(id, officialId), ceiling };
      }),
  ];
}

/** Of each agreement the version that is activated, else the newest. */
function answering(agreements: readonly Agreement[], standing: Standing): Iterable<Agreement> {
  const chosen = new Map<string, Agreement>();
  for (const agreement of agreements) {
    const activated = standing.activation(agreement.id)?.hash;
    if (chosen.get(agreement.id)?.hash !== activated || activated === undefined)
      chosen.set(agreement.id, agreement);
  }
  return chosen.values();
}
