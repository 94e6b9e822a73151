import { GatewayError, type QuotaFigures } from '../../shared/problem.ts';

/** The refusal of a used-up quota; a retry makes sense when the agreement's next calendar day begins. */
export function quotaExceeded(figures: QuotaFigures): GatewayError {
  return new GatewayError('QUOTA_EXCEEDED', { retryAfterSeconds: figures.resetSeconds, quota: figures });
}
