import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FaultsError } from '../../../src/shared/fault.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

/** Moves the keys of the records of queries away; `back` restores them. */
function loseKeys({ settings }: TestGateway): { readonly back: () => void } {
  const folder = join(settings.folders.data, 'keys');
  const name = readdirSync(folder).find((one) => one.startsWith('access-'));
  if (name === undefined) throw new Error('no record of a query was sealed yet');
  const file = join(folder, name);
  renameSync(file, `${file}.away`);
  return {
    back: () => {
      renameSync(`${file}.away`, file);
    },
  };
}

async function faultOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof FaultsError ? error.faults[0]?.code : 'another error'),
  );
}

describe('while the keys of the records are lost', () => {
  test('a running gateway answers nobody, makes no new keys, and goes on once they are restored [R002-081]', async () => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official().query())).toBe('answered');
    const { size } = gateway.administration.log.head();
    const lost = loseKeys(gateway);
    expect(codeOf(await gateway.official().query())).toBe('AUDIT_NOT_DURABLE');
    expect(gateway.administration.log.head().size).toBe(size);
    lost.back();
    expect(codeOf(await gateway.official().query())).toBe('answered');
  });

  test('a gateway does not start', async () => {
    await using gateway = await startGateway();
    await gateway.official().query();
    await gateway.stop();
    const lost = loseKeys(gateway);
    expect(await faultOf(gateway.start())).toBe('RECORD_KEYS_LOST');
    lost.back();
    await gateway.start();
    expect(codeOf(await gateway.official().query())).toBe('answered');
  });
});
