import { inForce } from '../../agreement/term.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithOperation } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** Data flow within the agreement's duration only (Protokol V.A.1, VII). */
export const checkInForce: Check<Arrived & WithOperation, object> = {
  name: 'check-in-force',
  codes: ['AGREEMENT_NOT_IN_FORCE'],
  holdsAtCommit: true,
  run: ({ agreement, activation, now }) => {
    const verdict = inForce(agreement, activation, now);
    if (!verdict.inForce) throw new GatewayError('AGREEMENT_NOT_IN_FORCE', { cause: verdict.reason });
    return {};
  },
};
