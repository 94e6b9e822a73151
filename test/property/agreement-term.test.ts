import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { inForce, termDates } from '../../src/agreement/term.ts';
import { anActivation, anAgreement } from '../support/agreement-builder.ts';

const AGREEMENT = anAgreement();
const EPOCH = Temporal.PlainDate.from('2020-01-01');
const day = (max: number): fc.Arbitrary<Temporal.PlainDate> =>
  fc.integer({ min: 0, max }).map((days) => EPOCH.add({ days }));

function noonOf(date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone: AGREEMENT.timeZone, plainTime: '12:00' }).epochMilliseconds;
}

describe('the term of an agreement', () => {
  test('an agreement that was noticed ends with the first term that the notice still reaches', () => {
    fc.assert(
      fc.property(day(1_500), day(4_000), day(6_000), (start, notice, today) => {
        const signedOn = { alpha: start.toString(), beta: start.toString() };
        const activation = anActivation(AGREEMENT, {
          signedOn,
          undertaking: { version: '2024-1', signedOn: '2000-01-01' },
          noticeOn: notice.toString(),
        });
        // The rule once more, year by year.
        let end = start.add({ years: 1 });
        for (let years = 2; Temporal.PlainDate.compare(notice, end.subtract({ months: 1 })) > 0; years++) {
          end = start.add({ years });
        }
        const begun = Temporal.PlainDate.compare(today, start) >= 0;
        const over = Temporal.PlainDate.compare(today, end) > 0;
        expect(inForce(AGREEMENT, activation, noonOf(today)).inForce).toBe(begun && !over);
      }),
      { numRuns: 500 },
    );
  });

  test('every day from the first belongs to exactly one term, and terms follow without a gap', () => {
    fc.assert(
      fc.property(day(1_500), day(6_000), (start, today) => {
        fc.pre(Temporal.PlainDate.compare(today, start) >= 0);
        const activation = anActivation(AGREEMENT, {
          signedOn: { alpha: start.toString(), beta: start.toString() },
        });
        const dates = termDates(AGREEMENT, activation, noonOf(today));
        if (dates === undefined) throw new Error('no term');
        expect(dates.start <= today.toString() && today.toString() <= dates.end).toBe(true);
        const next = Temporal.PlainDate.from(dates.end).add({ days: 1 });
        const following = termDates(AGREEMENT, activation, noonOf(next));
        expect(following).toMatchObject({ start: next.toString(), renewals: dates.renewals + 1 });
      }),
      { numRuns: 300 },
    );
  });
});
