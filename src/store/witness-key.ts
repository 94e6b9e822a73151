import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Cosigner, createCosigner } from '../audit/note/note-signer.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';
import { storeFault } from './store-fault.ts';

const HEX_OF_32_BYTES = /^[0-9a-f]{64}\n?$/;

/**
 * Makes the key with which the logs of others are cosigned unless it is there, and gives it. It is used for nothing else:
 * a cosignature does not name its role.
 * @param node first two parts of the origins of this node's logs
 * @throws FaultsError when its file cannot be written or read
 */
export function ensureWitnessKey(folder: string, node: string): Cosigner {
  createSecretFile(fileOf(folder), `${randomBytes(32).toString('hex')}\n`);
  const cosigner = readWitnessKey(folder, node);
  if (cosigner === undefined) throw damaged(fileOf(folder));
  return cosigner;
}

/** Whether the key was made already. */
export function witnessKeyExists(folder: string): boolean {
  return existsSync(fileOf(folder));
}

/**
 * The key, or undefined where none was made yet.
 * @throws FaultsError when the file is no key, or may be read by others than its owner
 */
export function readWitnessKey(folder: string, node: string): Cosigner | undefined {
  const file = fileOf(folder);
  const text = readSecretFile(file);
  if (text === undefined) return undefined;
  if (!HEX_OF_32_BYTES.test(text)) throw damaged(file);
  return createCosigner(`${node}/witness`, Buffer.from(text.trim(), 'hex'));
}

function fileOf(folder: string): string {
  return join(folder, 'witness.key');
}

function damaged(file: string): Error {
  return storeFault(
    'WITNESS_KEY_DAMAGED',
    file,
    {
      tr: 'dosyada 64 onaltılık basamaklı bir tanık anahtarı yok',
      en: 'the file holds no witness key of 64 hexadecimal digits',
    },
    {
      tr: 'Dosyayı anahtarların ayrı yedeğinden geri yükleyin.',
      en: 'Restore the file from the separate backup of keys.',
    },
  );
}
