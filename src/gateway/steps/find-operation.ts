import { GatewayError } from '../../shared/problem.ts';
import { type AgreedOperation } from '../agreement-book.ts';
import { type Asked, type WithAgency, type WithAgreement } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** What the agreement does not list cannot be asked: other operations, the reverse direction, other modes. */
export const findOperation: Step<Asked & WithAgency & WithAgreement, { readonly agreed: AgreedOperation }> = {
  name: 'find-operation',
  codes: ['OPERATION_NOT_AGREED'],
  run: ({ request, operations, agency }) => {
    const agreed = operations.get(request.operationId);
    if (agreed?.operation.consumer !== agency.id || !agreed.operation.modes.includes('instant')) {
      throw new GatewayError('OPERATION_NOT_AGREED');
    }
    return { agreed };
  },
};
