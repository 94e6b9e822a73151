import { describe, expect, test } from '@jest/globals';
import { GatewayPlace } from '../support/gateway-place.ts';
import {
  callBeyondQuota,
  CALLS,
  DAILY_QUOTA,
  disclosuresOnOneDay,
  killWithinQuota,
  PATIENT,
} from './quota-rounds.ts';

const MINUTE = 60_000;

describe('1,000 calls at once by an official with a daily quota of 100', () => {
  test(
    'get exactly 100 answers and 900 times QUOTA_EXCEEDED, and each of them its record [R002-031]',
    async () => {
      await using place = await GatewayPlace.initialised(PATIENT);
      await using gateway = await place.serve();
      const known = place.records().length;
      const tally = await callBeyondQuota(place);
      expect(tally.codes()).toEqual({ answered: DAILY_QUOTA, QUOTA_EXCEEDED: CALLS - DAILY_QUOTA });
      const records = place.records().slice(known);
      expect(records).toHaveLength(CALLS);
      expect(disclosuresOnOneDay(place)).toBe(DAILY_QUOTA);
      expect(records.filter(({ code }) => code === 'QUOTA_EXCEEDED')).toHaveLength(CALLS - DAILY_QUOTA);
      const indexes = tally.answers.map(({ index }) => index);
      expect(new Set(indexes).size).toBe(DAILY_QUOTA);
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );

  test(
    'never get more answers than disclosures, nor more than 100 of them a day, through kill -9 and a new start [R002-031]',
    async () => {
      const round = await killWithinQuota(20_260_119, 200);
      const answers = round.answersBefore + round.answersAfter;
      expect(round.answersBefore).toBeGreaterThan(0);
      expect(answers).toBeLessThanOrEqual(round.disclosures);
      expect(round.disclosures).toBe(DAILY_QUOTA);
      expect(round.answersAfter).toBe(DAILY_QUOTA - round.disclosuresBefore);
      expect(round.refusedAfter).toBe(CALLS - round.answersAfter);
      expect(round.verdict).toBe(0);
    },
    MINUTE,
  );
});
