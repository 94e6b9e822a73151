import { GatewayError } from '../../shared/problem.ts';
import { type Asked, type WithAuthority, type WithOperation, type WithPurpose } from '../exchange-state.ts';
import { requestFaults } from '../request-body.ts';
import { type Check } from '../step.ts';

/** Data are asked for a purpose of the agreement that is granted to this official (Protokol V.C.1, V.Ç.3–4). */
export const checkPurpose: Check<Asked & WithOperation & WithAuthority, WithPurpose> = {
  name: 'check-purpose',
  codes: ['PURPOSE_NOT_AGREED', 'REQUEST_INVALID', 'PAYLOAD_TOO_LARGE', 'MEDIA_TYPE_NOT_SUPPORTED'],
  holdsAtCommit: true,
  run: ({ request, agreed, authority }) => {
    const { body } = request;
    if (body.kind === 'unusable') throw new GatewayError(body.code, { errors: body.errors });
    const purpose = memberOf(body.value, 'purpose');
    if (typeof purpose !== 'string' || purpose === '') {
      throw new GatewayError('REQUEST_INVALID', { errors: requestFaults(body.value, agreed.operation) });
    }
    if (!agreed.operation.purposes.includes(purpose) || !authority.purposes.includes(purpose)) {
      throw new GatewayError('PURPOSE_NOT_AGREED');
    }
    return { purpose };
  },
};

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
