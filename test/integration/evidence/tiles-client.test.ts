import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DayLog, ORIGIN } from '../../support/day-log.ts';
import { serveFolder } from '../../support/static-server.ts';
import { checkLog } from '../../support/tiles-client.ts';

/** Sizes at the ends of the days, each the first leaves of the next. */
const DAYS = [
  ['2026-11-20', 1],
  ['2026-11-21', 255],
  ['2026-11-22', 256],
  ['2026-11-23', 257],
  ['2026-11-24', 70_000],
] as const;

describe('a client of C2SP tlog-tiles that shares no code with the gateway', () => {
  test('checks every tile, bundle and checkpoint of every sealed size over plain HTTP', async () => {
    await using log = await DayLog.make();
    let before = 0;
    for (const [day, size] of DAYS) {
      await log.commit(`${day}T12:00:00Z`, size - before);
      before = size;
      await log.seal({ now: `${day}T23:00:00Z` });
    }
    await using server = await serveFolder(join(log.folder, ORIGIN));
    for (const [day, size] of DAYS.slice(0, -1)) {
      const checked = await checkLog(server.url, log.vkey, `days/${day}/checkpoint`);
      expect(checked).toMatchObject({ origin: ORIGIN, size });
    }
    const newest = await checkLog(server.url, log.vkey);
    expect(log.files().get('checkpoint')).toEqual(log.files().get('days/2026-11-24/checkpoint'));
    expect(newest.size).toBe(70_000);
    // 274 bundles, 274 tiles of level 0, 2 of level 1 and 1 of level 2: those of the C2SP page.
    expect(newest.paths).toHaveLength(274 + 274 + 2 + 1);
    expect(newest.entries[69_999]).toEqual([...log.reader.leaves(69_999)][0]?.bytes);
  }, 120_000);

  test('checks every checkpoint that was given out while its last tile was not full', async () => {
    await using log = await DayLog.make();
    const given = [3, 250, 256, 258, 300, 511];
    let before = 0;
    for (const size of given) {
      await log.commit('2026-11-22T12:00:00Z', size - before);
      before = size;
      await log.book.publish();
    }
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    await using server = await serveFolder(join(log.folder, ORIGIN));
    for (const size of [256, 258, 300, 511])
      expect(await checkLog(server.url, log.vkey, `checkpoints/${String(size)}`)).toMatchObject({ size });
    // Replaced by a full tile already: the checkpoint is kept, its partial tile was never needed.
    expect([...log.files().keys()].filter((path) => path.startsWith('tile/0/000'))).toEqual(['tile/0/000']);
    expect(log.files().has('checkpoints/3')).toBe(true);
  });
});
