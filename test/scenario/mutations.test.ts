import { expect, test } from '@jest/globals';
import { mutationRounds, seedsOfEveryKind } from './mutation-rounds.ts';

/** The campaign runs thousands; see `npm run campaign:mutations`. */
const SEED = 20_261_124;

test('every kind of change in database or evidence folder is found, with its place [R002-082]', async () => {
  const seeds = seedsOfEveryKind(SEED);
  const { found, missed, kinds } = await mutationRounds({ seeds });
  expect(missed).toEqual([]);
  expect(found).toBe(seeds.length);
  expect(Object.keys(kinds)).toHaveLength(seeds.length);
}, 600_000);
