import { expect, test } from '@jest/globals';
import { restoreRounds } from './restore-rounds.ts';

const MINUTE = 60_000;

test(
  'a gateway that was killed and deleted answers again from its last backup, which says exactly what was lost',
  async () => {
    const [drill] = await restoreRounds({
      rounds: 1,
      seed: 20_261_130,
      backups: 1,
      pauseMilliseconds: 0,
      callers: 2,
    });
    expect(drill?.wrong).toEqual([]);
    expect(drill?.lostRecords).toBeGreaterThan(0);
    expect(drill?.toldLost).toBe(drill?.signedLost);
    expect(drill?.toldLost).toBeGreaterThan(0);
  },
  3 * MINUTE,
);
