import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { savedStamp } from '../../support/saved-stamp.ts';
import { CrashingOperations } from '../../support/crashing-operations.ts';
import { DayLog } from '../../support/day-log.ts';

const NOW = '2026-11-24T09:00:00Z';
const POLICY = 'quorum none\n';

/** Two days, the first with a full tile, checkpoints given out on the way, a cosignature and a time stamp. */
async function twoDays(): Promise<DayLog> {
  const log = await DayLog.make();
  await log.commit('2026-11-22T10:00:00Z', 250);
  await log.book.publish();
  await log.commit('2026-11-22T11:00:00Z', 7);
  const { size } = await log.book.publish();
  await log.book.stamped(savedStamp(size, Buffer.from('a response')));
  await log.commit('2026-11-22T12:00:00Z', 1);
  await log.commit('2026-11-23T10:00:00Z', 2);
  // Signed beforehand, so that every run finds the same.
  await log.book.at(258);
  await log.cosign(258);
  await log.book.at(260);
  return log;
}

type Files = ReadonlyMap<string, string>;

/** What must hold of a folder whenever a run dies. */
function requireHonest(files: Files, whole: Files, tilesOf: ReadonlyMap<string, readonly string[]>): void {
  // No file has its name before it is whole.
  for (const [path, digest] of files)
    if (!path.endsWith('.new') && path !== 'checkpoint') expect(digest).toBe(whole.get(path));
  const sealed = [...tilesOf.keys()].filter((day) => files.has(`days/${day}/manifest.json`));
  for (const day of sealed) expect(tilesOf.get(day)?.filter((path) => !files.has(path))).toEqual([]);
  const newest = files.get('checkpoint');
  const pointers = sealed.map((day) => files.get(`days/${day}/checkpoint`));
  if (newest !== undefined) expect(pointers).toContain(newest);
}

function tilesOfDays(log: DayLog): Map<string, readonly string[]> {
  const days = ['2026-11-22', '2026-11-23'];
  const manifests = days.map(
    (day) => JSON.parse(log.text(`days/${day}/manifest.json`)) as { tiles: string[] },
  );
  return new Map(manifests.map(({ tiles }, place) => [days[place] ?? '', tiles]));
}

describe('sealing that is interrupted', () => {
  test('in any one file operation is finished by the next run to the same bytes', async () => {
    await using log = await twoDays();
    const living = new CrashingOperations();
    await log.seal({ now: NOW, policy: POLICY, operations: living });
    const whole = log.files();
    const tilesOf = tilesOfDays(log);
    expect(whole.size).toBeGreaterThan(20);
    expect(living.count).toBeGreaterThan(100);
    const folder = join(log.place, 'again', 'evidence');
    for (let at = 0; at < living.count; at += 1) {
      const dying = { now: NOW, policy: POLICY, folder, operations: new CrashingOperations(at) };
      await expect(log.seal(dying)).rejects.toMatchObject({ code: 'EVIDENCE_NOT_WRITABLE' });
      requireHonest(log.files(folder), whole, tilesOf);
      await log.seal({ ...dying, operations: new CrashingOperations() });
      expect(log.files(folder)).toEqual(whole);
      rmSync(join(log.place, 'again'), { recursive: true, force: true });
    }
  }, 120_000);

  test('is finished to the same bytes when every run gets a little further than the last and dies', async () => {
    await using log = await twoDays();
    await log.seal({ now: NOW });
    const folder = join(log.place, 'again', 'evidence');
    let runs = 0;
    let sealed = false;
    for (; !sealed; runs += 1) {
      const operations = new CrashingOperations(1 + 3 * runs);
      sealed = await log.seal({ now: NOW, folder, operations }).then(
        () => true,
        () => false,
      );
    }
    expect(runs).toBeGreaterThan(10);
    expect(log.files(folder)).toEqual(log.files());
  });
});
