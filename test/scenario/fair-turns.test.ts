import { describe, expect, test } from '@jest/globals';
import { listedAbout } from '../support/demo-access.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { fetchToken, Tally } from '../support/load.ts';

const MINUTE = 60_000;
const REFUSED_CALLS = 600;

describe('600 refused calls of one agency that wait for their records', () => {
  test(
    "do not delay another agency's answer: it stands in one of the next two commits [R002-081]",
    async () => {
      await using place = await GatewayPlace.initialised({
        settings: { 'limits.recordMilliseconds': 60_000 },
      });
      await using gateway = await place.serve();
      const { officials } = place.access;
      const stranger = listedAbout(officials, 'of an agency that is not a party');
      const refused = await fetchToken(place.connect('other'), stranger);
      // Connections first, so that afterwards every call is read in the turn in which it arrives.
      const lines = await place.openLines('other', REFUSED_CALLS);
      const answered = place.connect('cgm');
      const official = await fetchToken(answered, listedAbout(officials, 'may query'));
      const before = place.records().length;

      const lock = place.lockDatabase();
      const refusals = new Tally();
      const waiting = Promise.all(lines.map(async (line) => refusals.count(line.query(refused))));
      await gateway.hasRead();
      const answers = new Tally();
      const answering = answers.count(answered.query(official));
      await gateway.hasRead();
      expect([refusals.refusals.length, answers.answers.length]).toEqual([0, 0]);
      lock.release();
      await Promise.all([waiting, answering]);

      expect(refusals.codes()).toEqual({ AGREEMENT_NOT_FOUND: REFUSED_CALLS });
      expect(answers.codes()).toEqual({ answered: 1 });
      expect(place.records()).toHaveLength(before + REFUSED_CALLS + 1);
      const [, secondCommit = 0] = place.commits().filter((size) => size > before);
      expect(secondCommit).toBeLessThan(before + REFUSED_CALLS);
      expect(answers.answers[0]?.index).toBeLessThan(secondCommit);
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );
});
