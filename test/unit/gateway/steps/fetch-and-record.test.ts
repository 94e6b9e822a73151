import { describe, expect, test } from '@jest/globals';
import { fetchAnswer } from '../../../../src/gateway/steps/fetch-answer.ts';
import { projectAnswer } from '../../../../src/gateway/steps/project-answer.ts';
import { recordAnswer, RecordedRefusal } from '../../../../src/gateway/steps/record-answer.ts';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { anAgreement } from '../../../support/agreement-builder.ts';
import { anAnswerEntry } from '../../../support/entry-builder.ts';
import {
  anAgreedOperation,
  anExchange,
  aRequest,
  RECORD,
  recheck,
} from '../../../support/exchange-builder.ts';
import { FakeSource } from '../../../support/fake-source.ts';
import { anAuthority } from '../../../support/people-builder.ts';
import { errorOf, refusalOf } from '../../../support/refusal.ts';
import { aStanding } from '../../../support/standing-builder.ts';

const agreement = anAgreement();

describe('fetch-answer', () => {
  test("hands on what the provider's system sent", async () => {
    const source = new FakeSource().answerWith(RECORD);
    const state = anExchange({ agreement, agreed: anAgreedOperation(agreement, source) });
    expect(await fetchAnswer.run(state)).toEqual({ sourceAnswer: { records: [RECORD] } });
  });

  test('fails while no source is configured for the operation', async () => {
    const agreed = { ...anAgreedOperation(), source: undefined };
    const error = await errorOf(async () => fetchAnswer.run(anExchange({ agreed })));
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: 'SOURCE_UNAVAILABLE' });
  });
});

describe('project-answer', () => {
  test('lets the agreed fields through and counts the rest [R002-066]', async () => {
    const { projected } = await projectAnswer.run({ ...anExchange(), sourceAnswer: { records: [RECORD] } });
    expect(projected).toMatchObject({ outcome: 'found', surplus: 1 });
    expect(projected.dataJson).not.toContain('motherName');
  });

  test('refuses what has not the agreed shape', async () => {
    const state = { ...anExchange(), sourceAnswer: { records: [{ ...RECORD, status: 'unknown' }] } };
    expect(await refusalOf(async () => projectAnswer.run(state))).toBe('SOURCE_ANSWER_INVALID');
  });
});

describe('record-answer', () => {
  const receipt = { origin: 'o', index: 0, leaf: Buffer.alloc(1), opening: Buffer.alloc(32) };
  const quota = { limit: 1, remaining: 0, resetSeconds: 1 };

  test('goes on with the receipt and the quota of the durable record', async () => {
    const recorder = { record: async () => Promise.resolve({ kind: 'recorded', receipt, quota } as const) };
    expect(await recordAnswer(recorder, recheck).run(anExchange())).toEqual({ receipt, quota });
  });

  test('ends the exchange when the commit refused, without a second record', async () => {
    const error = new GatewayError('QUOTA_EXCEEDED');
    const recorder = { record: async () => Promise.resolve({ kind: 'refused', error, receipt } as const) };
    const thrown: unknown = await Promise.resolve(recordAnswer(recorder, recheck).run(anExchange())).catch(
      (one: unknown) => one,
    );
    expect(thrown).toBeInstanceOf(RecordedRefusal);
    expect(thrown).toMatchObject({ error, message: 'QUOTA_EXCEEDED' });
  });

  test('takes a record without quota for no answer', async () => {
    const recorder = {
      record: async () => Promise.resolve({ kind: 'recorded', receipt, quota: null } as const),
    };
    await expect(recordAnswer(recorder, recheck).run(anExchange())).rejects.toThrow('without its quota');
  });

  test("hands in the agency's lane, outcome and surplus, and no answer outside the bytes committed to", () => {
    const entry = anAnswerEntry();
    expect(entry).toMatchObject({ lane: 'alpha', draft: { outcome: 'found', surplus: 1 }, changes: [] });
    expect(JSON.stringify([entry.draft, entry.personal])).not.toContain('Ayşe');
  });

  test('commits to the canonical form of what the partner receives about the person', () => {
    const request = aRequest({ queryId: 'q-1' });
    const projected = { outcome: 'not-found', dataJson: 'null', surplus: 0 } as const;
    const entry = anAnswerEntry({ request, projected });
    expect(entry.disclosure?.answerBytes.toString('utf8')).toBe(
      '{"data":null,"outcome":"not-found","queryId":"q-1"}',
    );
  });

  test('takes the limits of the standing it is asked about, not those of the decision', () => {
    const { disclosure } = anAnswerEntry();
    const lowered = aStanding({ authorities: [anAuthority({ dailyQuota: 3 })] });
    expect(disclosure?.scopes(lowered)[0]?.limit).toBe(3);
    expect(disclosure?.scopes(aStanding({ authorities: [] }))[0]?.limit).toBe(100);
  });
});
