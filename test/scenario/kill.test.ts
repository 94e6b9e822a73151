import { describe, expect, test } from '@jest/globals';
import { killRounds } from './kill-rounds.ts';

const MINUTE = 60_000;

describe('kill -9 under load', () => {
  test(
    'leaves the record of every answer and refusal that reached a partner, and a sound log [R002-081]',
    async () => {
      const figures = await killRounds({ rounds: 3, seed: 20_260_118 });
      expect(figures).toMatchObject({ rounds: 3, answersWithoutLeaf: 0, refusalsWithoutLeaf: 0, unsound: 0 });
      expect(figures.answers).toBeGreaterThan(0);
      expect(figures.refusals).toBeGreaterThan(0);
      expect(figures.records).toBeGreaterThanOrEqual(figures.answers + figures.refusals);
    },
    MINUTE,
  );
});
