import { type WithAnswer, type WithOperation, type WithSourceAnswer } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Only the agreed fields, of the agreed types, go on (Ek-1); everything else ends here. */
export const projectAnswer: Step<WithOperation & WithSourceAnswer, WithAnswer> = {
  name: 'project-answer',
  codes: ['SOURCE_ANSWER_INVALID'],
  run: ({ agreed, sourceAnswer }) => ({ projected: agreed.projection.project(sourceAnswer) }),
};
