import { GatewayError } from '../../shared/problem.ts';
import { decidedAnew, type Ready, type WithEvidence } from '../exchange-state.ts';
import { draftLeaf, draftPersonal } from '../commit/draft-leaf.ts';
import { type Disclosure, type Entry, type Recorded } from '../commit/entry.ts';
import { quotaScopes } from '../quota/quota-scope.ts';
import { type Standing } from '../standing.ts';
import { type Step } from '../step.ts';

/** Makes the record of an answer durable. */
export interface AnswerRecorder {
  record(entry: Entry): Promise<Recorded>;
}

/** The commit found that this answer must not leave; its record already says so. */
export class RecordedRefusal extends Error {
  readonly error: GatewayError;

  constructor(error: GatewayError) {
    super(error.code);
    this.name = 'RecordedRefusal';
    this.error = error;
  }
}

/** Takes the checks of the pipeline again; throws GatewayError when one does not hold any more. */
export type Recheck = (state: Ready) => void;

/** No evidence, no answer: goes on only once the record is durable. */
export function recordAnswer(recorder: AnswerRecorder, recheck: Recheck): Step<Ready, WithEvidence> {
  return {
    name: 'record-answer',
    codes: ['AUDIT_NOT_DURABLE'],
    run: async (state) => {
      const recorded = await recorder.record(entryOf(state, recheck));
      if (recorded.kind === 'refused') throw new RecordedRefusal(recorded.error);
      if (recorded.quota === null) throw new Error('an answer was recorded without its quota');
      return { receipt: recorded.receipt, quota: recorded.quota };
    },
  };
}

function entryOf(state: Ready, recheck: Recheck): Entry {
  const { outcome, surplus } = state.projected;
  return {
    lane: state.agency.id,
    draft: draftLeaf(state, { type: 'disclosure', code: null, outcome, surplus }),
    personal: draftPersonal(state),
    disclosure: disclosureOf(state, recheck),
    changes: [],
  };
}

function disclosureOf(state: Ready, recheck: Recheck): Disclosure {
  const { agreement, agency, authority, projected, caller } = state;
  return {
    recheck: (standing, now) => {
      recheckStanding(state, recheck, standing, now);
    },
    scopes: (standing) => {
      const current = standing.identities.authority(authority.officialId, agreement.id) ?? authority;
      return quotaScopes(agreement, agency.id, current, standing);
    },
    timeZone: agreement.timeZone,
    retryKey: state.retryKey,
    answerBytes: answerBytes(projected.dataJson, projected.outcome, caller.queryId),
  };
}

/** Decides again on the standing and at the time of the commit; the state of the exchange itself stays as it is. */
function recheckStanding(state: Ready, recheck: Recheck, standing: Standing, now: number): void {
  const official = standing.identities.official(state.official.id);
  if (official === undefined) throw new GatewayError('OFFICIAL_NOT_RECOGNISED');
  const activation = standing.activation(state.agreement.id);
  recheck(decidedAnew(state, { standing, now, official, activation }));
}

/** RFC 8785 form of `{data, outcome, queryId}`: what the partner hashes to check the answer's commitment. */
function answerBytes(dataJson: string, outcome: string, queryId: string): Buffer {
  return Buffer.from(`{"data":${dataJson},"outcome":"${outcome}","queryId":"${queryId}"}`, 'utf8');
}
