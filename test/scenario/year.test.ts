import { expect, test } from '@jest/globals';
import { DESTROYED, RIGHT, RIGHT_OF_FOLDER, rightOfChanged, rowsOf, wrongOf } from './year-expectations.ts';
import { simulateYear } from './year-rounds.ts';

/** The campaign lives every day with hundreds of queries; see `npm run campaign:year`. */
const YEAR = { seed: 20_260_302, queriesPerDay: 4, everyDays: 365 };

test('a year with renewal, destruction, a compromised key, a restored backup and New Year ends with one right verdict per log [R002-051] [R002-082]', async () => {
  const year = await simulateYear(YEAR);
  expect(rowsOf(year.all)).toEqual(RIGHT);
  expect(rowsOf(year.folderAlone)).toEqual(RIGHT_OF_FOLDER);
  expect(
    year.changed.verdicts.map(({ log, kept, verdict, firstBadIndex }) => [log, kept, verdict, firstBadIndex]),
  ).toEqual(rightOfChanged(year));
  expect(year.dayAfterTerm).toEqual(['answered', 'AGREEMENT_NOT_IN_FORCE']);
  expect(year.records.destroyed).toEqual(DESTROYED);
  expect(year.restored).toMatchObject({ refusedWith: 'LOG_ROLLED_BACK', left: [] });
  expect(wrongOf(year)).toEqual([]);
}, 120_000);
