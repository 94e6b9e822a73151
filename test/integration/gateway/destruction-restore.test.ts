import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeLeaf } from '../../../src/audit/leaf.ts';
import { verifyLog } from '../../../src/audit/verify-log.ts';
import { evidenceFolder, keyFolder } from '../../../src/settings/places.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { openNewestLog } from '../../../src/store/find-log.ts';
import { openAdministration } from '../../../src/open-administration.ts';
import { startGateway as serve } from '../../../src/wiring.ts';
import { copyData, restoredFrom } from '../../support/destruction-rig.ts';
import {
  answeredOnce,
  approve,
  approvedPlan,
  beside,
  certificateFile,
  keysExist,
  KID,
  shortLivedGateway,
} from '../../support/destruction-scene.ts';
import { OperatorsOf } from '../../support/operators-of.ts';
import { ROOT } from '../../support/repository.ts';
import { type TestGateway } from '../../support/start-gateway.ts';

/** Copies of database and keys from before a destruction that was then done, as settings over those copies. */
async function restoredAfterDestruction(gateway: TestGateway): Promise<Settings> {
  const { operators } = await answeredOnce(gateway);
  const restored = beside(gateway, 'restored');
  copyData(gateway.settings, restored);
  const plan = await approvedPlan(operators);
  const { code } = await operators.say('ayse', 'audit', 'destroy', 'execute', plan);
  expect(code).toBe(0);
  const settings = restoredFrom(gateway.settings, restored);
  expect(keysExist({ settings }, KID)).toBe(true);
  return settings;
}

async function startAndStop(gateway: TestGateway, settings: Settings): Promise<void> {
  const { clock, logger, source } = gateway;
  const running = await serve(settings, ROOT, { clock, logger, sources: [source] });
  await running.close();
}

async function partsLeft(gateway: TestGateway, settings: Settings): Promise<number> {
  const administration = await openAdministration(settings, gateway.clock);
  const log = administration.log;
  const kids = [...log.indexesWithPart()].map((index) => log.sealedPart(index)?.kid);
  await administration.close();
  return kids.filter((kid) => kid === KID).length;
}

const logged = (gateway: TestGateway): string => JSON.stringify(gateway.logger.lines);

describe('a restore of database and keys from before a destruction', () => {
  test('is destroyed again by the next start, which logs and records it', async () => {
    await using gateway = await shortLivedGateway();
    const settings = await restoredAfterDestruction(gateway);
    await startAndStop(gateway, settings);
    expect(keysExist({ settings }, KID)).toBe(false);
    expect(await partsLeft(gateway, settings)).toBe(0);
    expect(logged(gateway)).toContain('destruction.replayed');
    expect(logged(gateway)).toContain('destruction.parts-deleted');

    const log = openNewestLog(settings.databaseUrl, 'gecit.test/node-1');
    const leaves = [...log.leaves()].map(({ bytes }) => decodeLeaf(bytes));
    const { verdict } = verifyLog(log, gateway.clock.now());
    log.close();
    expect(verdict).toBe('sound');
    const stated = leaves.filter(({ type }) => type === 'keydestroy').map(({ facts }) => facts);
    expect(stated).toEqual([expect.objectContaining({ kid: KID, again: 'restore', approvedBy2: 'mehmet' })]);
    await startAndStop(gateway, settings);
    expect(logged(gateway).split('destruction.replayed')).toHaveLength(2);
  });

  test('of which no certificate was written yet is planned and destroyed once more', async () => {
    await using gateway = await shortLivedGateway();
    const settings = await restoredAfterDestruction(gateway);
    rmSync(join(evidenceFolder(settings), 'destruction'), { recursive: true });
    await startAndStop(gateway, settings);
    expect(keysExist({ settings }, KID)).toBe(true);
    const operators = new OperatorsOf(settings, gateway.clock);
    const plan = await approvedPlan(operators);
    expect((await operators.say('mehmet', 'audit', 'destroy', 'execute', plan)).code).toBe(0);
    expect(keysExist({ settings }, KID)).toBe(false);
    expect(await partsLeft(gateway, settings)).toBe(0);
  });

  test('has no keys any more once a command of an operator was given', async () => {
    await using gateway = await shortLivedGateway();
    const settings = await restoredAfterDestruction(gateway);
    const administration = await openAdministration(settings, gateway.clock);
    expect(administration.vault.find(KID)).toBeUndefined();
    await administration.close();
    expect(keysExist({ settings }, KID)).toBe(false);
  });

  test('keeps what a hold of the restored registers covers until it is lifted', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const place = ['audit', 'hold', 'place', '--kid', KID, '--reason', 'Dava 7', '--json'];
    expect((await operators.say('ayse', ...place)).code).toBe(0);
    const restored = beside(gateway, 'restored');
    copyData(gateway.settings, restored);
    const [hold] = await gateway.administration.destruction.register.holds();
    await operators.say('ayse', 'audit', 'hold', 'lift', hold?.id ?? '');
    const plan = await operators.plan();
    await approve(operators, plan);
    expect((await operators.say('ayse', 'audit', 'destroy', 'execute', plan)).code).toBe(0);

    const settings = restoredFrom(gateway.settings, restored);
    await startAndStop(gateway, settings);
    expect(keysExist({ settings }, KID)).toBe(true);
    expect(logged(gateway)).toContain('destruction.held');
    const administration = await openAdministration(settings, gateway.clock);
    const lift = operators.act('ayse', 'hold.lift', { hold: hold?.id ?? '' });
    await administration.destruction.liftHold(lift, hold?.id ?? '');
    await administration.close();
    await startAndStop(gateway, settings);
    expect(keysExist({ settings }, KID)).toBe(false);
  });
});

describe('a restore of the key folder alone', () => {
  test('has no keys of what the database knows to be destroyed', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const copy = beside(gateway, 'copy');
    copyData(gateway.settings, copy);
    const plan = await approvedPlan(operators);
    expect((await operators.say('ayse', 'audit', 'destroy', 'execute', plan)).code).toBe(0);
    for (const name of [`${KID}.json`, 'master.key'])
      copyFileSync(join(copy, 'keys', name), join(keyFolder(gateway.settings), name));
    await gateway.start();
    expect(keysExist(gateway, KID)).toBe(false);
  });
});

describe('a certificate', () => {
  test('that operators of this gateway did not sign destroys nothing', async () => {
    await using gateway = await shortLivedGateway();
    const settings = await restoredAfterDestruction(gateway);
    const folder = join(evidenceFolder(gateway.settings), 'destruction');
    const name = (await gateway.administration.destruction.register.plans())[0]?.plan.id ?? '';
    const text = readFileSync(certificateFile(gateway, name), 'utf8');
    const logs = beside(gateway, 'other-logs');
    const other = { ...settings, folders: { ...settings.folders, logs } };
    mkdirSync(join(evidenceFolder(other), 'destruction'), { recursive: true });
    const forged = text.replace('"parts":1', '"parts":2');
    writeFileSync(join(evidenceFolder(other), 'destruction', `${name}.json`), forged);
    writeFileSync(join(evidenceFolder(other), 'destruction', 'nothing.json'), '{');
    await startAndStop(gateway, other);
    expect(folder).not.toBe(join(evidenceFolder(other), 'destruction'));
    expect(keysExist({ settings }, KID)).toBe(true);
    expect(logged(gateway)).toContain('destruction.certificate-invalid');
  });
});
