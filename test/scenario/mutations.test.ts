import { expect, test } from '@jest/globals';
import { mutationRounds } from './mutation-rounds.ts';

/** The campaign runs thousands; see `npm run campaign:mutations`. */
const ROUNDS = 100;
const SEED = 20_261_124;

test('whatever is changed in database or evidence folder is found, each with its place [R002-082]', async () => {
  const { found, missed } = await mutationRounds({ rounds: ROUNDS, seed: SEED });
  expect(missed).toEqual([]);
  expect(found).toBe(ROUNDS);
}, 600_000);
