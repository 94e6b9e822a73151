import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithAgency } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Lets a certificate through at its agreed pace. */
export interface BurstLimiter {
  /** Seconds to wait, or 0 when the request may pass; passing uses it up. */
  take(key: string, now: number): number;
}

/** Stops floods before anything of the request is examined. */
export function limitBurst(limiter: BurstLimiter): Step<Arrived & WithAgency, object> {
  return {
    name: 'limit-burst',
    codes: ['RATE_LIMITED'],
    run: ({ certificate, now }) => {
      const wait = limiter.take(certificate.fingerprint, now);
      if (wait > 0) throw new GatewayError('RATE_LIMITED', { retryAfterSeconds: wait });
      return {};
    },
  };
}
