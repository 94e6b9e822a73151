import { GatewayError } from '../../shared/problem.ts';
import {
  type Arrived,
  type WithAuthority,
  type WithOfficial,
  type WithOperation,
} from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** Access is by authorisation (Protokol V.E.4): the official's line in Ek-3 must name the operation and hold today. */
export const checkAuthority: Check<Arrived & WithOfficial & WithOperation, WithAuthority> = {
  name: 'check-authority',
  codes: ['OFFICIAL_NOT_AUTHORISED'],
  holdsAtCommit: true,
  run: ({ standing, official, agreement, agreed, now }) => {
    const authority = standing.identities.authority(official.id, agreement.id);
    if (authority === undefined || now < authority.from || now >= authority.until) {
      throw new GatewayError('OFFICIAL_NOT_AUTHORISED');
    }
    if (!authority.operations.includes(agreed.operation.id))
      throw new GatewayError('OFFICIAL_NOT_AUTHORISED');
    return { authority };
  },
};
