import { GatewayError } from '../../shared/problem.ts';
import { type Arrived } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Tells whether others still vouch for the log. */
export interface EvidenceCheck {
  /** True while every attempt to have the log confirmed from outside has failed for longer than the settings allow. */
  evidenceStale(): boolean;
}

/** What only this gateway vouches for is no evidence against it: after the allowed time no data leaves any more. */
export function checkEvidence(check: EvidenceCheck): Step<Arrived, object> {
  return {
    name: 'check-evidence',
    codes: ['EVIDENCE_STALE'],
    run: () => {
      if (check.evidenceStale()) throw new GatewayError('EVIDENCE_STALE');
      return {};
    },
  };
}
