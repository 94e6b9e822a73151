import { expect, test } from '@jest/globals';
import { simulateYear } from './year-rounds.ts';

test('x', async () => {
  const o = await simulateYear({ seed: 1, queriesPerDay: 4, everyDays: 30, });
  delete (o.changed as any).settings;
  console.log(JSON.stringify(o));
  expect(1).toBe(1);
}, 120_000);
