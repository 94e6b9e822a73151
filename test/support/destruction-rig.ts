import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createOperatorKey } from '../../src/identity/operator-key.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { OperatorsOf } from './operators-of.ts';
import { type TestGateway } from './start-gateway.ts';

/** Registers two more operators beside the first and gives their command line. */
export async function operatorsOf(gateway: TestGateway): Promise<OperatorsOf> {
  const operators = new OperatorsOf(gateway.settings, gateway.clock);
  for (const id of ['ayse', 'mehmet']) {
    const { publicKey } = createOperatorKey(operators.keyOf(id));
    const operator = { id, name: id, publicKey, addedAt: gateway.clock.now(), endedAt: null };
    await gateway.act('operator.add', { kind: 'add-operator', operator });
  }
  return operators;
}

/** Copies database and keys as a backup does; nobody may write meanwhile. */
export function copyData({ folders }: Settings, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  cpSync(folders.data, to, { recursive: true, filter: (file) => !file.endsWith('-shm') });
}

/** The same gateway over other copies of its database and keys. */
export function restoredFrom(settings: Settings, data: string): Settings {
  return {
    ...settings,
    folders: { ...settings.folders, data, keys: join(data, 'keys') },
    databaseUrl: `sqlite:${join(data, 'gecit.db')}`,
  };
}
