import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAdministration } from '../../../src/open-administration.ts';
import { evidenceFolder, keyFolder } from '../../../src/settings/places.ts';
import { type FaultsError } from '../../../src/shared/fault.ts';
import { MasterKeyFiles } from '../../../src/store/keys/master-key-files.ts';
import { readKeys } from '../../../src/store/keys/read-keys.ts';
import { type BackedUp, type BackupLine, BackupRig, codesOf } from '../../support/backup-rig.ts';
import {
  answeredOnce,
  approvedPlan,
  certificateFile,
  KID,
  shortLivedGateway,
} from '../../support/destruction-scene.ts';
import { type TestGateway } from '../../support/start-gateway.ts';

/** A gateway that was backed up, destroyed the keys of a month, and was backed up again. */
let gateway: TestGateway;
let rig: BackupRig;
let before: BackedUp;
let after: BackedUp;
let certificate: string;

beforeAll(async () => {
  gateway = await shortLivedGateway();
  rig = await BackupRig.make(gateway);
  const { operators } = await answeredOnce(gateway);
  before = await rig.backUp('before');
  const plan = await approvedPlan(operators);
  const { code, err } = await operators.say('ayse', 'audit', 'destroy', 'execute', plan);
  if (code !== 0) throw new Error(err);
  certificate = certificateFile(gateway, plan);
  after = await rig.backUp('after');
});
afterAll(async () => {
  rig[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});

/** Whether a copy of the destroyed keys, kept by somebody, would open with what a place has. */
function opensOldCopy({ settings }: BackupLine): string {
  const folder = join(settings.folders.data, 'old-copy');
  mkdirSync(folder, { mode: 0o700 });
  const masters = new MasterKeyFiles(keyFolder(settings));
  // Of the restore in which nothing told of the destruction.
  copyFileSync(join(rig.folder, 'kept-keys', `${KID}.json`), join(folder, `${KID}.json`));
  try {
    return readKeys(folder, masters, KID) === undefined ? 'nothing' : 'opens';
  } catch (thrown) {
    return (thrown as FaultsError).faults[0]?.code ?? 'failed';
  }
}

const keyFile = ({ settings }: BackupLine, ending: string): boolean =>
  existsSync(join(keyFolder(settings), `${KID}.${ending}`));

describe('keys that were destroyed after they were backed up', () => {
  test('come back only where nothing tells of their destruction', async () => {
    const place = rig.place();
    const done = await place.json('restore', ...rig.withIdentities(before), '--nothing-followed');
    expect(done).toMatchObject({ code: 0, keysErased: [] });
    expect([keyFile(place, 'json'), keyFile(place, 'destroyed')]).toEqual([true, false]);
    cpSync(keyFolder(place.settings), join(rig.folder, 'kept-keys'), { recursive: true });
    expect(opensOldCopy(place)).toBe('opens');
  });

  test.each<[string, () => readonly string[], (place: BackupLine) => void]>([
    [
      'a certificate in the evidence that stands in the place',
      () => rig.withIdentities(before),
      ({ settings }) => {
        const to = join(evidenceFolder(settings), 'destruction');
        cpSync(join(evidenceFolder(gateway.settings), 'destruction'), to, { recursive: true });
      },
    ],
    [
      'a certificate that was kept elsewhere',
      () => [...rig.withIdentities(before), '--certificate', certificate],
      () => undefined,
    ],
    [
      'newer data, though their own backup is older',
      () => rig.withIdentities({ ...after, keysFile: before.keysFile }),
      () => undefined,
    ],
  ])('are destroyed again before they are in place, by %s', async (_, args, prepare) => {
    const place = rig.place();
    prepare(place);
    const done = await place.json('restore', ...args(), '--nothing-followed');
    expect(done).toMatchObject({ code: 0, keysErased: [KID] });
    expect([keyFile(place, 'json'), keyFile(place, 'destroyed')]).toEqual([false, true]);
    expect(opensOldCopy(place)).toBe('MASTER_KEY_LOST');
    const administration = await openAdministration(place.settings, gateway.clock);
    const { log, vault } = administration;
    const facts = [...log.leaves()].map(({ bytes }) => bytes.toString('utf8')).join('\n');
    expect(facts).toContain('"keysErased":1');
    // What is to be kept is wrapped by the new generation, and opens.
    expect(vault.kids().length).toBeGreaterThan(0);
    for (const kid of vault.kids()) expect(vault.find(kid)?.kid).toBe(kid);
    expect(vault.find(KID)).toBeUndefined();
    await administration.close();
    expect(codesOf(await place.verify(gateway.clock.now()), '/2026')).toEqual([]);
  });

  test('are left out of every later backup of keys, their tombstones are not', async () => {
    const place = rig.place();
    const done = await place.json('restore', ...rig.withIdentities(after), '--nothing-followed');
    expect(done).toMatchObject({ code: 0, keysErased: [], keysMissing: [] });
    expect([keyFile(place, 'json'), keyFile(place, 'destroyed')]).toEqual([false, true]);
    expect((await place.verify(gateway.clock.now())).verdict).toBe('sound');
  });
});
