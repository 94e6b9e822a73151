import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithAuthority } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** The parties train the staff they authorise (Protokol V.D.1); the evidence must be valid today. */
export const checkTraining: Check<Arrived & WithAuthority, object> = {
  name: 'check-training',
  codes: ['TRAINING_REQUIRED'],
  holdsAtCommit: true,
  run: ({ authority, now }) => {
    if (authority.trainingValidUntil === null || authority.trainingValidUntil <= now) {
      throw new GatewayError('TRAINING_REQUIRED');
    }
    return {};
  },
};
