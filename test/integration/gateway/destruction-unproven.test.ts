import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { keyFolder } from '../../../src/settings/places.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { openAdministration } from '../../../src/open-administration.ts';
import { copyData } from '../../support/destruction-rig.ts';
import {
  answeredOnce,
  approvedPlan,
  beside,
  certificateFile,
  keysExist,
  KID,
  shortLivedGateway,
} from '../../support/destruction-scene.ts';
import { type TestGateway } from '../../support/start-gateway.ts';

async function faultOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof FaultsError ? error.faults[0]?.code : String(error)),
  );
}

/** A row as whoever holds the file of the database can write it. */
function forgeRow({ settings }: TestGateway, record: string): void {
  const database = new Sqlite(settings.databaseUrl.slice('sqlite:'.length));
  database.pragma('foreign_keys = OFF');
  database.exec('DROP TRIGGER destroyed_kid_insert');
  database
    .prepare("INSERT INTO destroyed_kid (kid, plan, day, record) VALUES (?, 'p', '2026-04-30', ?)")
    .run(KID, record);
  database.close();
}

describe('a row that says that keys were destroyed', () => {
  test.each(['no record', 'a record of something else'])(
    'with %s is refused by start and command, and erases nothing',
    async (about) => {
      await using gateway = await shortLivedGateway();
      const { queryId } = await answeredOnce(gateway);
      forgeRow(gateway, about === 'no record' ? 'r' : queryId);
      expect(await faultOf(gateway.start())).toBe('DESTRUCTION_UNPROVEN');
      expect(await faultOf(openAdministration(gateway.settings, gateway.clock))).toBe('DESTRUCTION_UNPROVEN');
      expect(keysExist(gateway, KID)).toBe(true);
    },
  );

  test('with its keydestroy record erases again, also where the certificate is gone', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const copy = beside(gateway, 'copy');
    copyData(gateway.settings, copy);
    const plan = await approvedPlan(operators);
    expect((await operators.say('ayse', 'audit', 'destroy', 'execute', plan)).code).toBe(0);
    rmSync(certificateFile(gateway, plan));
    for (const name of [`${KID}.json`, 'master.key'])
      copyFileSync(join(copy, 'keys', name), join(keyFolder(gateway.settings), name));
    expect(keysExist(gateway, KID)).toBe(true);
    await gateway.start();
    expect(keysExist(gateway, KID)).toBe(false);
  });
});
