import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMasterKey } from '../../../../src/store/keys/key-files.ts';
import { MasterKeyFiles } from '../../../../src/store/keys/master-key-files.ts';
import { ensureRootKey, readRootKey } from '../../../../src/store/root-key.ts';
import { createSecretFile } from '../../../../src/store/secret-file.ts';
import { faultOf, KeyPlace, NOVEMBER } from './key-place.ts';

let place: KeyPlace;

beforeEach(async () => {
  place = await KeyPlace.make();
});

afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

describe('the master key', () => {
  test('is made once; a second time changes nothing', () => {
    createMasterKey(place.folder);
    const first = readRootKey(place.folder, 'master');
    createMasterKey(place.folder);
    expect(readRootKey(place.folder, 'master')).toEqual(first);
    expect(first).toHaveLength(32);
  });

  test('missing before anything is wrapped asks for init', () => {
    expect(faultOf(() => place.open())).toBe('KEY_FILE_MISSING');
  });

  test('missing beside wrapped keys stops the start and is not made anew', () => {
    createMasterKey(place.folder);
    place.open().keysFor(NOVEMBER);
    rmSync(place.file('master.key'));
    expect(faultOf(() => place.open())).toBe('MASTER_KEY_LOST');
    expect(faultOf(() => { createMasterKey(place.folder); })).toBe('MASTER_KEY_LOST'); // prettier-ignore
    expect(place.names()).toEqual([`${NOVEMBER}.json`]);
  });

  test('another than the one that wrapped the keys does not open them', () => {
    createMasterKey(place.folder);
    place.open().keysFor(NOVEMBER);
    writeFileSync(place.file('master.key'), '00'.repeat(32));
    expect(faultOf(() => place.open().keysFor(NOVEMBER))).toBe('RECORD_KEYS_DAMAGED');
  });

  test('damaged stops the start', () => {
    createMasterKey(place.folder);
    writeFileSync(place.file('master.key'), 'abc');
    expect(faultOf(() => place.open())).toBe('KEY_FILE_DAMAGED');
  });

  test.each([0o640, 0o604, 0o660])('with mode %o may be read by others, which stops the start', (mode) => {
    createMasterKey(place.folder);
    chmodSync(place.file('master.key'), mode);
    expect(faultOf(() => place.open())).toBe('KEY_FILE_OPEN_TO_OTHERS');
  });

  test('gets later generations beside it, in order of their numbers', () => {
    const masters = new MasterKeyFiles(place.folder);
    const made = Array.from({ length: 11 }, () => masters.make());
    expect(made).toEqual(Array.from({ length: 11 }, (_, place) => `file:${String(place + 1)}`));
    expect(masters.ids()).toEqual(made);
    expect(place.names()).toContain('master-11.key');
  });

  test('opens only what its own generation wrapped, under the same name', () => {
    const masters = new MasterKeyFiles(place.folder);
    const [one, two] = [masters.make(), masters.make()].map((id) => masters.wrapper(id));
    const aad = Buffer.from(NOVEMBER);
    const box = one?.wrap(Buffer.from('secret'), aad) ?? Buffer.alloc(0);
    expect(one?.unwrap(box, aad).toString()).toBe('secret');
    expect(() => two?.unwrap(box, aad)).toThrow('authenticate');
    expect(() => one?.unwrap(box, Buffer.from('other'))).toThrow('authenticate');
    expect(() => one?.unwrap(box.subarray(0, 20), aad)).toThrow(RangeError);
  });

  test('destroyed is gone from the disk, from a wrapper at hand, and from a second call', () => {
    const masters = new MasterKeyFiles(place.folder);
    const wrapper = masters.wrapper(masters.make());
    const key = readRootKey(place.folder, 'master');
    masters.destroy('file:1', () => undefined);
    masters.destroy('file:1', () => undefined);
    expect(place.names()).toEqual([]);
    expect(place.filesWith(key)).toEqual([]);
    expect(masters.wrapper('file:1')).toBeUndefined();
    expect(faultOf(() => wrapper?.wrap(Buffer.alloc(1), Buffer.alloc(0)))).toBe('KEY_FILE_MISSING');
  });

  test('of another kind is none of its own', () => {
    const masters = new MasterKeyFiles(place.folder);
    masters.make();
    for (const id of ['pkcs11:1', 'file:0', 'file:01', 'file:../x', 'file:2']) {
      expect(masters.wrapper(id)).toBeUndefined();
    }
  });

  test('that cannot be erased is a fault, and stays', () => {
    const masters = new MasterKeyFiles(place.folder);
    createMasterKey(place.folder);
    rmSync(place.file('master.key'));
    mkdirSync(place.file('master.key'));
    expect(faultOf(() => { masters.destroy('file:1', () => undefined); })).toBe('KEY_FILE_NOT_WRITABLE'); // prettier-ignore
  });
});

describe('the credential key', () => {
  test('is made once and read back', () => {
    expect(faultOf(() => readRootKey(place.folder, 'credential'))).toBe('KEY_FILE_MISSING');
    const key = ensureRootKey(place.folder, 'credential');
    expect(key).toHaveLength(32);
    expect(ensureRootKey(place.folder, 'credential')).toEqual(key);
    expect(readRootKey(place.folder, 'credential')).toEqual(key);
  });
});

describe('a secret file', () => {
  test('is never written over, and leaves no draft behind', () => {
    expect(createSecretFile(place.file('a.key'), 'one')).toBe(true);
    expect(createSecretFile(place.file('a.key'), 'two')).toBe(false);
    expect(readFileSync(place.file('a.key'), 'utf8')).toBe('one');
    expect(place.names()).toEqual(['a.key']);
  });

  test('in a place that is no folder is a fault', () => {
    writeFileSync(place.folder, 'a file');
    expect(faultOf(() => createSecretFile(place.file('a.key'), 'one'))).toBe('KEY_FILE_NOT_WRITABLE');
    expect(faultOf(() => readRootKey(place.folder, 'master'))).toBe('KEY_FILE_NOT_READABLE');
  });
});
