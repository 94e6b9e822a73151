import { expect, test } from '@jest/globals';
import { simulateYear } from './year-rounds.ts';

test('x', async () => {
  const o = await simulateYear({ seed: 1, queriesPerDay: 4, everyDays: 30, onDay: (d,f) => console.log(d, JSON.stringify(f)) });
  console.log(JSON.stringify(o, null, 1));
  expect(1).toBe(1);
}, 120_000);
