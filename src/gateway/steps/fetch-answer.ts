import { GatewayError } from '../../shared/problem.ts';
import { type WithInput, type WithOperation, type WithSourceAnswer } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Asks the provider's system. Nothing before this step touches a source. */
export const fetchAnswer: Step<WithOperation & WithInput, WithSourceAnswer> = {
  name: 'fetch-answer',
  codes: ['SOURCE_UNAVAILABLE', 'SOURCE_ANSWER_INVALID'],
  run: async ({ agreement, agreed, input }) => {
    const { source, operation } = agreed;
    if (source === undefined)
      throw new GatewayError('SOURCE_UNAVAILABLE', { cause: 'no source is configured' });
    const query = { agreementId: agreement.id, operationId: operation.id, input };
    return { sourceAnswer: await source.fetch(query) };
  },
};
