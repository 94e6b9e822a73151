import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createOperatorKey,
  loadOperatorKey,
  normalisePublicKey,
  signBytes,
  verifyBytes,
} from '../../../src/identity/operator-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-key-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);
const BYTES = Buffer.from('an act');

describe('an operator key', () => {
  test('is written for its owner only and can be read again', () => {
    const made = createOperatorKey(at('deep/a.key'));
    expect(statSync(at('deep/a.key')).mode & 0o777).toBe(0o600);
    expect(loadOperatorKey(at('deep/a.key')).publicKey).toBe(made.publicKey);
  });

  test('is never written over another file', () => {
    createOperatorKey(at('a.key'));
    expect(() => createOperatorKey(at('a.key'))).toThrow('a file already stands here');
  });

  test('is refused while others can read it', () => {
    createOperatorKey(at('a.key'));
    chmodSync(at('a.key'), 0o640);
    expect(() => loadOperatorKey(at('a.key'))).toThrow('others can read the operator key');
  });

  test('is refused when missing, broken or of another kind', () => {
    const { privateKey } = generateKeyPairSync('x25519');
    writeFileSync(at('x.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(at('b.key'), 'nonsense', { mode: 0o600 });
    expect(() => loadOperatorKey(at('none.key'))).toThrow('there is no operator key here');
    expect(() => loadOperatorKey(at('x.key'))).toThrow('not an Ed25519 private key');
    expect(() => loadOperatorKey(at('b.key'))).toThrow('not an Ed25519 private key');
  });

  test('signs what its public key verifies, and nothing else verifies', () => {
    const key = createOperatorKey(at('a.key'));
    const other = createOperatorKey(at('b.key'));
    const signature = signBytes(BYTES, key);
    expect(verifyBytes(BYTES, signature, key.publicKey)).toBe(true);
    expect(verifyBytes(Buffer.from('another act'), signature, key.publicKey)).toBe(false);
    expect(verifyBytes(BYTES, signature, other.publicKey)).toBe(false);
    expect(verifyBytes(BYTES, '', key.publicKey)).toBe(false);
    expect(verifyBytes(BYTES, signature, 'no key')).toBe(false);
  });

  test('takes only Ed25519 public keys into the register', () => {
    const { publicKey } = createOperatorKey(at('a.key'));
    expect(normalisePublicKey(`\n${publicKey}\n`)).toBe(publicKey);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    expect(() => normalisePublicKey(rsa.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
      TypeError,
    );
    expect(() => normalisePublicKey('nonsense')).toThrow(TypeError);
  });
});
