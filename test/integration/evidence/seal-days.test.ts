import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../../src/evidence/day-manifest.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { parseNote, verifyNote } from '../../../src/audit/note/signed-note.ts';
import { encodeCheckpoint } from '../../../src/audit/note/checkpoint.ts';
import { encodeNote } from '../../../src/audit/note/signed-note.ts';
import { verifyConsistency } from '../../../src/audit/tree/consistency-proof.ts';
import { savedStamp } from '../../support/saved-stamp.ts';
import { DayLog, ORIGIN } from '../../support/day-log.ts';

const NOON = 'T09:00:00Z';

function manifestOf(log: DayLog, day: string): NonNullable<ReturnType<typeof parseManifest>> {
  const manifest = parseManifest(Buffer.from(log.text(`days/${day}/manifest.json`)));
  if (manifest === undefined) throw new Error(`no manifest of ${day}`);
  return manifest;
}

async function logOf(...days: readonly (readonly [day: string, leaves: number])[]): Promise<DayLog> {
  const log = await DayLog.make();
  for (const [day, leaves] of days) await log.commit(day + NOON, leaves);
  return log;
}

function put(log: DayLog, path: string, content: string): void {
  const file = join(log.folder, ORIGIN, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('a sealed day', () => {
  test.each([
    [1, ['tile/0/000.p/1']],
    [255, ['tile/0/000.p/255']],
    [256, ['tile/0/000', 'tile/1/000.p/1']],
    [257, ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
  ])('of %d leaves has exactly the tiles of the C2SP page', async (size, tiles) => {
    await using log = await logOf(['2026-11-22', size]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    const bundles = tiles
      .filter((path) => path.startsWith('tile/0/'))
      .map((path) => path.replace('/0/', '/entries/'));
    const found = [...log.files().keys()].filter((path) => path.startsWith('tile/'));
    expect(found.sort()).toEqual([...tiles, ...bundles].sort());
    expect([...manifestOf(log, '2026-11-22').tiles].sort()).toEqual(found.sort());
  });

  test('says in its manifest what it holds, and proves that it continues the day before', async () => {
    await using log = await logOf(['2026-11-21', 300], ['2026-11-22', 5]);
    await log.commit('2026-11-22T10:00:00Z', 1, 'act');
    const days = await log.seal({ now: '2026-11-23T00:00:00Z' });
    expect(days.map(({ day, leaves, size }) => [day, leaves, size])).toEqual([
      ['2026-11-21', 300, 300],
      ['2026-11-22', 6, 306],
    ]);
    const [first, second] = [manifestOf(log, '2026-11-21'), manifestOf(log, '2026-11-22')];
    expect(first).toMatchObject({ from: 0, previousDay: null, consistency: [], types: { disclosure: 300 } });
    expect(second).toMatchObject({ from: 300, size: 306, leaves: 6, previousDay: '2026-11-21' });
    expect(second.types).toEqual({ disclosure: 5, act: 1 });
    expect(second.sealedAt).toBe('2026-11-23T00:00:00.000Z');
    expect(() => {
      verifyConsistency(
        { size: 300, root: first.root },
        { size: 306, root: second.root },
        second.consistency,
      );
    }).not.toThrow();
    expect(log.text('keys.vkey')).toBe(`${log.vkey}\n`);
    expect(log.text('checkpoint')).toBe(log.text('days/2026-11-22/checkpoint'));
  });

  test('keeps every checkpoint that was given out, with its cosignatures and its time stamp', async () => {
    await using log = await logOf(['2026-11-22', 3]);
    const given = await log.book.publish();
    const line = await log.cosign(3);
    await log.book.stamped(savedStamp(3, Buffer.from('a response')));
    await log.commit('2026-11-22T10:00:00Z', 2);
    await log.seal({ now: '2026-11-23T00:00:00Z', policy: 'quorum none\n' });
    expect(log.text('checkpoints/3')).toBe(`${given.note}${line}\n`);
    expect(log.text('stamps/3.tsr')).toBe('a response');
    expect(manifestOf(log, '2026-11-22').stamps).toEqual([3]);
    expect(log.files().has('checkpoints/5')).toBe(true);
    expect(log.text('witness.policy')).toBe('quorum none\n');
  });
});

describe('sealing again', () => {
  test('changes nothing where no day has been closed since', async () => {
    await using log = await logOf(['2026-11-22', 300]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    const before = log.files();
    expect(await log.seal({ now: '2026-11-23T05:00:00Z' })).toEqual([]);
    expect(log.files()).toEqual(before);
  });

  test('adds what came late as new files, and refreshes only the checkpoint', async () => {
    await using log = await logOf(['2026-11-22', 300]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    const before = log.files();
    const note = log.text('checkpoint');
    const line = await log.cosign(300);
    await log.book.stamped(savedStamp(300, Buffer.from('late')));
    await log.seal({ now: '2026-11-23T05:00:00Z' });
    const after = log.files();
    const added = [...after.keys()].filter((path) => !before.has(path));
    expect(added).toEqual([expect.stringMatching(/^cosignatures\/300\/[0-9a-f]{32}$/), 'stamps/300.tsr']);
    expect(log.text(added[0] ?? '')).toBe(`${note}${line}\n`);
    for (const [path, digest] of before) if (path !== 'checkpoint') expect(after.get(path)).toBe(digest);
    const key = parseVkey(log.vkey);
    expect(verifyNote(parseNote(log.text('checkpoint')), [key])).toHaveLength(1);
    expect(log.text('checkpoint')).toBe(`${note}${line}\n`);
    await log.seal({ now: '2026-11-23T06:00:00Z' });
    expect(log.files()).toEqual(after);
  });

  test('keeps the policy in force now, and none where there is none', async () => {
    await using log = await logOf(['2026-11-22', 1]);
    await log.seal({ now: '2026-11-23T00:00:00Z', policy: 'quorum none\n' });
    await log.seal({ now: '2026-11-23T00:00:00Z', policy: 'log a\n' });
    expect(log.text('witness.policy')).toBe('log a\n');
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    expect(log.files().has('witness.policy')).toBe(false);
  });

  test('leaves out a stored cosignature that would make the note worthless', async () => {
    await using log = await logOf(['2026-11-22', 1]);
    const [other = ''] = (await log.book.publish()).note.split('\n').slice(-2);
    await log.commit('2026-11-22T10:00:00Z', 1);
    await log.book.publish();
    await log.book.cosigned(2, 'no line', 'anything');
    await log.book.cosigned(2, 'signed something else', other);
    const line = await log.cosign(2);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    expect(parseNote(log.text('checkpoint')).signatures.map((one) => one.line)).toEqual([
      expect.stringContaining(ORIGIN),
      line,
    ]);
  });
});

describe('a day is sealed', () => {
  test.each([
    ['Europe/Istanbul', '2026-11-21T20:59:59.999Z', '2026-11-21'],
    ['Europe/Istanbul', '2026-11-21T21:00:00.000Z', '2026-11-22'],
    ['America/New_York', '2026-11-22T04:59:59.999Z', '2026-11-21'],
    ['Pacific/Auckland', '2026-11-21T11:00:00.000Z', '2026-11-22'],
    // Clocks were put back: the day has 25 hours.
    ['America/New_York', '2026-11-02T04:59:59.999Z', '2026-11-01'],
  ])('as the calendar of %s says: %s is on %s', async (timeZone, time, day) => {
    await using log = await DayLog.make();
    await log.commit(time, 1);
    const days = await log.seal({ now: '2026-11-25T00:00:00Z', timeZone });
    expect(days.map((one) => one.day)).toEqual([day]);
  });

  test('only once it is over: a minute later, or as soon as a record of a later day is there', async () => {
    await using log = await DayLog.make();
    await log.commit('2026-11-22T20:59:59.999Z', 4);
    expect(await log.seal({ now: '2026-11-22T20:59:59.999Z' })).toEqual([]);
    expect(await log.seal({ now: '2026-11-22T21:00:59.999Z' })).toEqual([]);
    expect(log.files().size).toBe(0);
    await log.commit('2026-11-22T21:00:00.000Z', 1);
    expect(await log.seal({ now: '2026-11-22T21:00:00.000Z' })).toMatchObject([
      { day: '2026-11-22', size: 4 },
    ]);
    expect(await log.seal({ now: '2026-11-23T21:01:00.000Z' })).toMatchObject([
      { day: '2026-11-23', size: 5 },
    ]);
  });

  test('each by itself when many were missed, and a day without a record has no folder', async () => {
    await using log = await logOf(['2026-11-01', 2], ['2026-11-03', 300], ['2026-11-20', 1]);
    const days = await log.seal({ now: '2026-11-25T00:00:00Z' });
    expect(days.map(({ day, size }) => [day, size])).toEqual([
      ['2026-11-01', 2],
      ['2026-11-03', 302],
      ['2026-11-20', 303],
    ]);
    expect(manifestOf(log, '2026-11-20').previousDay).toBe('2026-11-03');
  });

  test('to its end at once in a log that has ended', async () => {
    await using log = await logOf(['2026-11-21', 2], ['2026-11-22', 2]);
    await log.end('2026-11-22T09:30:00Z', 'gecit.test/node-1/2026-2');
    const days = await log.seal({ now: '2026-11-22T09:30:01Z' });
    expect(days.map(({ day, size }) => [day, size])).toEqual([
      ['2026-11-21', 2],
      ['2026-11-22', 5],
    ]);
    expect(await log.seal({ now: '2026-11-23T09:30:01Z' })).toEqual([]);
  });

  test('with the day after, where a clock put a record into a day that is sealed', async () => {
    await using log = await logOf(['2026-11-22', 2]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    await log.commit('2026-11-22T10:00:00Z', 1);
    expect(await log.seal({ now: '2026-11-23T20:00:00Z' })).toEqual([]);
    await log.commit('2026-11-23T20:30:00Z', 1);
    const days = await log.seal({ now: '2026-11-24T00:00:00Z' });
    expect(days).toMatchObject([{ day: '2026-11-23', leaves: 2, size: 4 }]);
  });
});

describe('nothing is written for a day, and the first bad index is named, when', () => {
  async function expectRefused(log: DayLog, index: number, code = 'SEAL_MISMATCH'): Promise<void> {
    const before = log.files();
    await expect(log.seal({ now: '2026-11-25T00:00:00Z' })).rejects.toMatchObject({ code, place: { index } });
    expect(log.files()).toEqual(before);
  }

  test('a leaf was changed in the database', async () => {
    await using log = await logOf(['2026-11-21', 300], ['2026-11-22', 300]);
    await log.seal({ now: '2026-11-21T23:00:00Z' });
    log.tamper("UPDATE audit_leaf SET leaf = CAST(leaf || ' ' AS BLOB) WHERE idx = 417");
    await expectRefused(log, 417);
  });

  test('two leaves changed places with their hashes: by commit', async () => {
    await using log = await DayLog.make();
    for (const leaves of [3, 4, 5]) await log.commit('2026-11-22T10:00:00Z', leaves);
    log.tamper(
      'UPDATE audit_leaf SET idx = -1 WHERE idx = 4',
      'UPDATE audit_leaf SET idx = 4 WHERE idx = 5',
      'UPDATE audit_leaf SET idx = 5 WHERE idx = -1',
    );
    // The second commit begins at 3.
    await expectRefused(log, 3);
  });

  test('a leaf is gone from the middle or from the end', async () => {
    await using log = await logOf(['2026-11-22', 10]);
    log.tamper('DELETE FROM audit_leaf WHERE idx = 9');
    await expectRefused(log, 9);
    log.tamper('DELETE FROM audit_leaf WHERE idx = 4');
    await expectRefused(log, 4);
    log.tamper('DELETE FROM audit_leaf WHERE idx = 0');
    await expectRefused(log, 0);
  });

  test('a checkpoint that was given out is not that of the leaves', async () => {
    await using log = await logOf(['2026-11-22', 10]);
    await log.book.publish();
    log.tamper('UPDATE audit_checkpoint SET root = zeroblob(32)');
    await expectRefused(log, 10);
  });

  test('the root of the last commit is gone or another', async () => {
    await using log = await logOf(['2026-11-22', 10]);
    log.tamper('UPDATE audit_root SET root = zeroblob(32)');
    await expectRefused(log, 0);
    log.tamper('DELETE FROM audit_root');
    await expectRefused(log, 0);
  });

  test('what is sealed was changed or rolled back in the database afterwards', async () => {
    await using log = await logOf(['2026-11-22', 300]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    log.tamper(
      'UPDATE audit_root SET root = zeroblob(32)',
      'UPDATE audit_leaf SET leaf_hash = zeroblob(32) WHERE idx = 299',
    );
    await expectRefused(log, 299, 'SEAL_HISTORY_CHANGED');
    log.tamper('DELETE FROM audit_leaf WHERE idx >= 100', 'UPDATE audit_head SET size = 100');
    await expectRefused(log, 100, 'SEAL_HISTORY_CHANGED');
  });

  test('the signed checkpoint is not of this tree, or not by the key of the log', async () => {
    await using log = await logOf(['2026-11-22', 10]);
    const seed = Buffer.alloc(32, 3);
    const { root } = log.reader.head();
    const at = async (size: number): ReturnType<DayLog['book']['at']> => {
      const text = encodeCheckpoint({ origin: ORIGIN, size, root });
      const note = encodeNote(text, [createNoteSigner(ORIGIN, seed).sign(text)]);
      return Promise.resolve({ size, root, note, at: 0 });
    };
    const sealing = log.seal({ now: '2026-11-25T00:00:00Z', checkpointAt: at });
    await expect(sealing).rejects.toMatchObject({ code: 'SEAL_MISMATCH' });
    expect(log.files().size).toBe(0);
  });
});

describe('a file that is there and differs is an alarm and is not overwritten:', () => {
  test.each([
    'keys.vkey',
    'tile/0/000',
    'tile/entries/001.p/44',
    'checkpoints/300',
    'days/2026-11-22/checkpoint',
  ])('%s', async (path) => {
    await using log = await logOf(['2026-11-22', 300]);
    put(log, path, 'anything');
    const sealing = log.seal({ now: '2026-11-25T00:00:00Z' });
    await expect(sealing).rejects.toMatchObject({ code: 'EVIDENCE_FILE_DIFFERS' });
    expect(log.text(path)).toBe('anything');
    expect(log.files().has('days/2026-11-22/manifest.json')).toBe(false);
    expect(log.files().has('checkpoint')).toBe(false);
  });

  test.each([
    ['tile/0/001.p/44', 'EVIDENCE_FILE_INVALID'],
    ['tile/1/000.p/1', 'EVIDENCE_FILE_INVALID'],
    ['tile/entries/001.p/44', 'EVIDENCE_FILE_INVALID'],
    ['checkpoint', 'EVIDENCE_FILE_INVALID'],
    ['days/2026-11-22/checkpoint', 'EVIDENCE_FILE_INVALID'],
    ['days/2026-11-22/manifest.json', 'EVIDENCE_FILE_INVALID'],
    ['keys.vkey', 'EVIDENCE_FILE_DIFFERS'],
  ])('%s, changed after its day was sealed, before anything is sealed on top of it', async (path, code) => {
    await using log = await logOf(['2026-11-22', 300]);
    await log.seal({ now: '2026-11-23T00:00:00Z' });
    put(log, path, 'anything');
    await log.commit('2026-11-23T10:00:00Z', 1);
    await expect(log.seal({ now: '2026-11-25T00:00:00Z' })).rejects.toMatchObject({ code });
    expect(log.text(path)).toBe('anything');
  });
});
