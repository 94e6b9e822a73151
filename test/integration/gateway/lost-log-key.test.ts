import { copyFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Administration, type SignedAct } from '../../../src/gateway/administration.ts';
import { type NodeReport } from '../../../src/audit/verify/report.ts';
import { sealLogs, type SealOutcome } from '../../../src/evidence/seal-logs.ts';
import { verifySources } from '../../../src/evidence/verify/verify-sources.ts';
import { loadOperatorKey, signBytes } from '../../../src/identity/operator-key.ts';
import { openStoredEvidence } from '../../../src/open-stored-evidence.ts';
import { keyFolder } from '../../../src/settings/places.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { logKeyFile } from '../../../src/store/log-key.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openSealing } from '../../../src/wire-sealing.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const DAY = 24 * 60 * 60 * 1000;

async function firstFault(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof FaultsError ? error.faults[0]?.code : String(error)),
  );
}

/** A stopped gateway whose open log has an unsigned tail and whose key is gone. */
async function loseLogKey(gateway: TestGateway): Promise<string> {
  await gateway.official().query();
  await gateway.stop();
  const { origin } = gateway.administration.log.head();
  rmSync(logKeyFile(keyFolder(gateway.settings), origin));
  return origin;
}

async function rollOver({
  settings,
  clock,
  administration,
}: TestGateway): ReturnType<Administration['rollOver']> {
  const key = loadOperatorKey(settings.operatorKey);
  const [operator] = await administration.operators();
  const at = new Date(clock.now()).toISOString();
  const statement: SignedAct['statement'] = {
    action: 'audit.rollover',
    at,
    operator: operator?.id ?? '',
    details: {},
  };
  const signature = signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key);
  return administration.rollOver({ statement, signature }, 'key-compromise');
}

async function seal({ settings, clock, administration }: TestGateway): Promise<SealOutcome> {
  const { databaseUrl, timeZone } = settings;
  const store = await openStore({ databaseUrl, origin: administration.log.head().origin });
  const logs = openSealing(settings, store, clock);
  try {
    return await sealLogs(logs, { now: clock.now(), timeZone });
  } finally {
    await logs.close();
  }
}

async function verify({ settings, clock }: TestGateway): Promise<NodeReport> {
  const stored = await openStoredEvidence(settings);
  const { database, folder } = stored;
  const terms = { now: clock.now(), keys: [], given: [], policy: undefined, trusted: undefined };
  try {
    return verifySources({ database, folder: folder ?? undefined }, terms);
  } finally {
    await stored.close();
  }
}

describe('when the key of the open log is lost', () => {
  test('nothing starts before a rollover, and everything after it', async () => {
    await using gateway = await startGateway();
    const origin = await loseLogKey(gateway);
    expect(await firstFault(gateway.start())).toBe('LOG_KEY_MISSING');
    const { receipt, next, endSigned } = await rollOver(gateway);
    expect(receipt.origin).toBe(origin);
    expect(endSigned).toBe(false);
    await gateway.start();
    expect(gateway.logger.named('evidence.end-unsigned')).toEqual([{ code: 'LOG_KEY_MISSING', origin }]);
    expect(codeOf(await gateway.official().query())).toBe('answered');
    expect(gateway.logs.all().map((log) => log.head().origin)).toEqual([origin, next.origin]);
  });

  test('its tail stays unsigned, which verifying says, and the log after it is sealed', async () => {
    await using gateway = await startGateway();
    gateway.clock.set(gateway.clock.now() + DAY);
    await gateway.act('quota.set');
    expect(await seal(gateway)).toMatchObject({ alarms: [] });
    const origin = await loseLogKey(gateway);
    const { next } = await rollOver(gateway);
    gateway.clock.set(gateway.clock.now() + DAY);
    const { days, alarms } = await seal(gateway);
    expect(alarms.map((alarm) => [alarm.origin, alarm.code])).toEqual([[origin, 'LOG_KEY_MISSING']]);
    expect(days.map((day) => day.origin)).toEqual([next.origin]);
    const { logs } = await verify(gateway);
    expect(logs.map(({ kept, verdict }) => [kept, verdict])).toEqual([
      ['database', 'sound'],
      ['database', 'sound'],
      ['folder', 'incomplete'],
      ['folder', 'sound'],
    ]);
    expect(logs[0]?.unsignedTail).toBeGreaterThan(0);
  });

  test('a key that is found again signs the end at the next start', async () => {
    await using gateway = await startGateway();
    const file = logKeyFile(keyFolder(gateway.settings), gateway.administration.log.head().origin);
    copyFileSync(file, `${file}.kept`);
    await loseLogKey(gateway);
    await rollOver(gateway);
    copyFileSync(`${file}.kept`, file);
    await gateway.start();
    expect(gateway.logger.named('evidence.end-unsigned')).toEqual([]);
    const [ended] = gateway.logs.all();
    expect(ended?.newestCheckpoint()?.size).toBe(ended?.head().size);
  });
});
