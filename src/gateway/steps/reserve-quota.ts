import { type ZonedDay, zonedDay } from '../../shared/zoned-day.ts';
import {
  type Arrived,
  type WithAgency,
  type WithAuthority,
  type WithOperation,
  type WithRetryKey,
} from '../exchange-state.ts';
import { quotaExceeded } from '../quota/quota-exceeded.ts';
import { quotaFigures } from '../quota/quota-figures.ts';
import { type QuotaScope, quotaScopes } from '../quota/quota-scope.ts';
import { type Step } from '../step.ts';

/** Holds a place in every quota of a query until its record is durable. */
export interface QuotaReserver {
  reserve(scopes: readonly QuotaScope[], day: ZonedDay): (() => void) | undefined;
  /** Committed use as far as it is known. */
  used(scope: string, date: string): number;
}

/** Spares the source what could not be answered today. The commit that records the answer has the last word. */
export function reserveQuota(
  quota: QuotaReserver,
): Step<Arrived & WithAgency & WithOperation & WithAuthority & WithRetryKey, object> {
  return {
    name: 'reserve-quota',
    codes: ['QUOTA_EXCEEDED'],
    run: ({ agreement, agency, authority, standing, now, repeats, onExit }) => {
      if (repeats) return {};
      const day = zonedDay(now, agreement.timeZone);
      const scopes = quotaScopes(agreement, agency.id, authority, standing);
      const release = quota.reserve(scopes, day);
      if (release === undefined) {
        throw quotaExceeded(quotaFigures(scopes, day, now, (scope, date) => quota.used(scope, date)));
      }
      onExit(release);
      return {};
    },
  };
}
