import { draftPersonal, draftRefusal } from '../../src/gateway/commit/draft-leaf.ts';
import { type Entry, type Recorded } from '../../src/gateway/commit/entry.ts';
import { recordAnswer } from '../../src/gateway/steps/record-answer.ts';
import { GatewayError, type ProblemCode } from '../../src/shared/problem.ts';
import { anExchange, type ReadyExchange, recheck } from './exchange-builder.ts';

/** The entry with which the pipeline records an answer that is ready. */
export function anAnswerEntry(overrides: Partial<ReadyExchange> = {}): Entry {
  let entry: Entry | undefined;
  const recorder = {
    record: async (recorded: Entry): Promise<Recorded> => {
      entry = recorded;
      return new Promise<Recorded>(() => undefined);
    },
  };
  void recordAnswer(recorder, recheck).run(anExchange(overrides));
  if (entry === undefined) throw new Error('nothing was handed in to be recorded');
  return entry;
}

/** The entry of a refusal, in the lane of an agency. */
export function aRefusalEntry(code: ProblemCode = 'PURPOSE_NOT_AGREED', lane = 'alpha'): Entry {
  const state = anExchange();
  return {
    lane,
    draft: draftRefusal(state, new GatewayError(code)),
    personal: draftPersonal(state),
    disclosure: null,
    changes: [],
  };
}
