import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { evidenceFolder, keyFolder } from '../../../src/settings/places.ts';
import { witnessedFolder } from '../../../src/store/cosigned-files.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

function levels({ logger }: TestGateway): string[] {
  return logger.lines
    .filter(({ event }) => event.startsWith('witness.key-replaced:'))
    .map(({ level }) => level);
}

describe('a start without the key of the witness', () => {
  test('makes another one, and warns under a stable code', async () => {
    await using gateway = await startGateway();
    const file = join(keyFolder(gateway.settings), 'witness.key');
    const before = readFileSync(file, 'utf8');
    await gateway.restart();
    expect(levels(gateway)).toEqual([]);
    await gateway.stop();
    rmSync(file);
    await gateway.start();
    expect(levels(gateway)).toEqual(['warn']);
    expect(gateway.logger.named('witness.key-replaced')).toMatchObject([{ code: 'WITNESS_KEY_REPLACED' }]);
    expect(readFileSync(file, 'utf8')).not.toBe(before);
  });

  test('is an error where logs were cosigned with the lost one', async () => {
    await using gateway = await startGateway();
    await gateway.stop();
    const folder = witnessedFolder(evidenceFolder(gateway.settings));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.checkpoint'), 'of a key that is gone');
    rmSync(join(keyFolder(gateway.settings), 'witness.key'));
    await gateway.start();
    expect(levels(gateway)).toEqual(['error']);
  });
});
