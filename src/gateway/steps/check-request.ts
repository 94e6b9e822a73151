import { GatewayError } from '../../shared/problem.ts';
import { type Asked, type WithInput, type WithOperation, type WithPurpose } from '../exchange-state.ts';
import { type QueryBody, requestFaults } from '../request-body.ts';
import { type Step } from '../step.ts';

/** The request holds exactly what Ek-1 lists as input, with valid identifiers, and the case it serves. */
export const checkRequest: Step<Asked & WithOperation & WithPurpose, WithInput> = {
  name: 'check-request',
  codes: ['REQUEST_INVALID'],
  run: ({ request, agreed }) => {
    if (request.body.kind !== 'json') throw new GatewayError('REQUEST_INVALID');
    const { value } = request.body;
    const errors = requestFaults(value, agreed.operation);
    if (errors.length > 0) throw new GatewayError('REQUEST_INVALID', { errors });
    const body = value as QueryBody;
    return { input: body.input, caseReference: body.caseReference };
  },
};
