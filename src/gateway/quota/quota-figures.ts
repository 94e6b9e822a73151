import { type QuotaFigures } from '../../shared/problem.ts';
import { type ZonedDay } from '../../shared/zoned-day.ts';
import { type QuotaScope } from './quota-scope.ts';

/** The official's own quota, which stands first among the scopes, as the answer shows it. */
export function quotaFigures(
  scopes: readonly QuotaScope[],
  day: ZonedDay,
  now: number,
  used: (scope: string, date: string) => number,
): QuotaFigures {
  const own = scopes[0] ?? { scope: '', limit: 0 };
  return {
    limit: own.limit,
    remaining: Math.max(0, own.limit - used(own.scope, day.date)),
    resetSeconds: Math.max(1, Math.ceil((day.end - now) / 1000)),
  };
}
