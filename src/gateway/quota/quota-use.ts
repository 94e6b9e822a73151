import { type Agreement } from '../../agreement/agreement.ts';
import { zonedDay } from '../../shared/zoned-day.ts';
import { type Standing } from '../standing.ts';
import { type QuotaBook } from './quota-book.ts';
import { agencyScope, agreementScope } from './quota-scope.ts';

/** How a quota stands today, as far as this process knows. Quotas of persons have no such figure. */
export interface QuotaUse {
  readonly agreement: string;
  /** Null: the quota of all agencies together. */
  readonly agency: string | null;
  /** Answered queries of the agreement's current day. */
  readonly used: number;
  readonly limit: number;
}

/** The quotas of an agreement and of each agency that asks under it. @param now epoch milliseconds */
export function quotaUse(agreement: Agreement, standing: Standing, book: QuotaBook, now: number): QuotaUse[] {
  const { date } = zonedDay(now, agreement.timeZone);
  const use = (scope: string, ceiling: number, agency: string | null): QuotaUse => ({
    agreement: agreement.id,
    agency,
    used: book.used(scope, date),
    limit: Math.min(ceiling, standing.loweredLimit(scope) ?? ceiling),
  });
  const consumers = [...new Set(agreement.operations.map(({ consumer }) => consumer))];
  return [
    use(agreementScope(agreement.id), agreement.quotas.agreement, null),
    ...consumers.map((agency) => use(agencyScope(agreement.id, agency), agreement.quotas.agency, agency)),
  ];
}
