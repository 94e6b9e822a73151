import { GatewayError } from '../../shared/problem.ts';
import { type PreparedAgreement } from '../agreement-book.ts';
import { type Arrived, type Asked, type WithAgency, type WithAgreement } from '../exchange-state.ts';
import { type Standing } from '../standing.ts';
import { type Step } from '../step.ts';

/** Finds an agreement in the version that holds on a standing. */
export interface AgreementFinder {
  find(agreementId: string, standing: Standing): PreparedAgreement | undefined;
}

/** An agency that is no party learns nothing about the agreement's existence. */
export function findAgreement(book: AgreementFinder): Step<Arrived & Asked & WithAgency, WithAgreement> {
  return {
    name: 'find-agreement',
    codes: ['AGREEMENT_NOT_FOUND'],
    run: ({ request, standing, agency }) => {
      const prepared = book.find(request.agreementId, standing);
      const isParty = prepared?.agreement.parties.some((party) => party.id === agency.id) ?? false;
      if (prepared === undefined || !isParty) throw new GatewayError('AGREEMENT_NOT_FOUND');
      const { agreement, operations } = prepared;
      return { agreement, operations, activation: standing.activation(agreement.id) };
    },
  };
}
