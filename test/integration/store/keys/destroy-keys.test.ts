import { cpSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { replayDestruction } from '../../../../src/store/keys/destroy-keys.ts';
import { createMasterKey } from '../../../../src/store/keys/key-files.ts';
import { destroyedKids } from '../../../../src/store/keys/key-folder.ts';
import { MasterKeyFiles } from '../../../../src/store/keys/master-key-files.ts';
import { rotateMasterKey } from '../../../../src/store/keys/rotate-master-key.ts';
import { AUGUST, faultOf, KeyPlace, NOVEMBER, SEPTEMBER } from './key-place.ts';

const AT = '2026-11-22T09:00:00.000Z';
const clock = { now: () => Date.parse(AT) };

let place: KeyPlace;

beforeEach(async () => {
  place = await KeyPlace.make();
  createMasterKey(place.folder);
  for (const kid of [NOVEMBER, SEPTEMBER, AUGUST]) place.open().keysFor(kid);
});

afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

describe('destroyed keys', () => {
  test('are destroyed when the log names them, with a tombstone that holds no personal data', () => {
    expect(replayDestruction(place.folder, [SEPTEMBER], { clock })).toEqual([SEPTEMBER]);
    expect(place.names()).toEqual([
      `${NOVEMBER}.json`,
      `${SEPTEMBER}.destroyed`,
      `${AUGUST}.json`,
      'master.key',
    ]);
    expect(destroyedKids(place.folder)).toEqual([{ kid: SEPTEMBER, at: AT, plan: null }]);
    expect(statSync(place.file(`${SEPTEMBER}.destroyed`)).mode & 0o777).toBe(0o600);
  });

  test('stay destroyed when they are named again, or were never here', () => {
    replayDestruction(place.folder, [SEPTEMBER], { clock });
    expect(replayDestruction(place.folder, [SEPTEMBER, 'act-p1m-2025-01'])).toEqual([]);
    expect(destroyedKids(place.folder).map(({ kid }) => kid)).toEqual([SEPTEMBER, 'act-p1m-2025-01'].sort());
    expect(destroyedKids(place.folder)).toContainEqual({ kid: SEPTEMBER, at: AT, plan: null });
  });

  test('that come back with an old backup of the folder are dead at once and go again at the next start', () => {
    const backup = `${place.folder}-backup`;
    cpSync(place.folder, backup, { recursive: true });
    const order = { keep: (kid: string) => kid !== SEPTEMBER, plan: 'plan-1', at: AT };
    rotateMasterKey({ folder: place.folder, masters: new MasterKeyFiles(place.folder) }, order);
    cpSync(backup, place.folder, { recursive: true, force: true });
    expect(place.names()).toContain(`${SEPTEMBER}.json`);
    expect(place.open().find(SEPTEMBER)).toBeUndefined();
    expect(replayDestruction(place.folder, [])).toEqual([SEPTEMBER]);
    expect(place.open().find(NOVEMBER)?.kid).toBe(NOVEMBER);
    expect(new MasterKeyFiles(place.folder).ids()).toEqual(['file:1', 'file:2']);
  });

  test('that come back with a folder that is a whole old backup go when the log names them', () => {
    const backup = `${place.folder}-backup`;
    cpSync(place.folder, backup, { recursive: true });
    replayDestruction(place.folder, [SEPTEMBER]);
    rmSync(place.folder, { recursive: true });
    cpSync(backup, place.folder, { recursive: true });
    expect(replayDestruction(place.folder, [SEPTEMBER])).toEqual([SEPTEMBER]);
    expect(place.open().find(SEPTEMBER)).toBeUndefined();
  });

  test('have a tombstone whatever stands in it', () => {
    for (const [kid, text] of [[SEPTEMBER, ''], [AUGUST, '{"at":1,"plan":"p"}']] as const) {
      writeFileSync(place.file(`${kid}.destroyed`), text, { mode: 0o600 });
    } // prettier-ignore
    expect(destroyedKids(place.folder)).toEqual([
      { kid: SEPTEMBER, at: null, plan: null },
      { kid: AUGUST, at: null, plan: 'p' },
    ]);
    expect(replayDestruction(place.folder, [])).toEqual([SEPTEMBER, AUGUST].sort());
  });

  test('are finished by the next call when one dies in the middle', () => {
    let steps = 0;
    for (let last = 1; ; last += 1) {
      place.open().keysFor(NOVEMBER);
      steps = 0;
      const onStep = (): void => {
        steps += 1;
        if (steps === last) throw new RangeError('dead');
      };
      try {
        replayDestruction(place.folder, [SEPTEMBER, AUGUST], { onStep });
        break;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      expect(place.open().find(NOVEMBER)?.kid).toBe(NOVEMBER);
    }
    expect(place.names()).toEqual([
      `${NOVEMBER}.json`,
      `${SEPTEMBER}.destroyed`,
      `${AUGUST}.destroyed`,
      'master.key',
    ]);
  });

  test('are overwritten, so that another name of the same file does not keep them', () => {
    linkSync(place.file(`${SEPTEMBER}.json`), `${place.folder}-copy`);
    replayDestruction(place.folder, [SEPTEMBER]);
    const copy = readFileSync(`${place.folder}-copy`);
    expect(copy.length).toBeGreaterThan(64);
    expect(copy.every((byte) => byte === 0)).toBe(true);
  });

  test('are named by kids alone', () => {
    expect(() => replayDestruction(place.folder, ['../master'])).toThrow(RangeError);
    expect(place.names()).toContain('master.key');
  });

  test('that cannot be erased are a fault', () => {
    rmSync(place.file(`${SEPTEMBER}.json`));
    mkdirSync(place.file(`${SEPTEMBER}.json`));
    expect(faultOf(() => replayDestruction(place.folder, [SEPTEMBER]))).toBe('KEY_FILE_NOT_WRITABLE');
  });
});
