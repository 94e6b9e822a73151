import { expect, test } from '@jest/globals';
import { buildLarge, measure, removeLarge } from './verify-figures.ts';

/** The benchmark builds a million; see `npm run bench:verify`. */
const RECORDS = 3000;

test('what the benchmark of the verifier builds and measures is sound, in database and folder', async () => {
  const large = await buildLarge(RECORDS, () => undefined);
  try {
    for (const mode of ['database', 'database-open', 'folder'] as const)
      expect(measure(large, mode, RECORDS)).toMatchObject({ verdict: 'sound', records: expect.any(Number) });
    expect(measure(large, 'database-open', RECORDS).partsPerSecond).toBeGreaterThan(0);
  } finally {
    removeLarge(large);
  }
}, 120_000);
