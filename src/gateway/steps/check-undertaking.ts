import { GatewayError } from '../../shared/problem.ts';
import { type WithAuthority, type WithOperation } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** Nobody reaches data before signing the confidentiality undertaking, in its current version (Ek-2 m. 1.2, 9). */
export const checkUndertaking: Check<WithAuthority & WithOperation, object> = {
  name: 'check-undertaking',
  codes: ['UNDERTAKING_REQUIRED'],
  holdsAtCommit: true,
  run: ({ authority, agreement }) => {
    const current = agreement.annexes.find((annex) => annex.content === 'undertaking')?.version;
    if (current === undefined || authority.undertakingVersion !== current) {
      throw new GatewayError('UNDERTAKING_REQUIRED');
    }
    return {};
  },
};
