import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVault } from '../../../src/audit/key-vault.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { createMasterKey, openKeyFiles } from '../../../src/store/key-files.ts';
import { ensureRootKey, readRootKey } from '../../../src/store/root-key.ts';
import { createSecretFile } from '../../../src/store/secret-file.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-store.ts';

const NOVEMBER = 'access-p10y-2026-11';

let temporary: TemporaryFolder;
let folder: string;

beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = join(temporary.path, 'keys');
});

afterEach(async () => {
  await temporary[Symbol.asyncDispose]();
});

/** What the database says: no kid is in use unless a test says so. */
function open(...inUse: readonly string[]): KeyVault {
  const kids = {
    has: (kid: string) => inUse.includes(kid),
    ofMonth: (month: string) => inUse.filter((kid) => kid.endsWith(month)),
  };
  return openKeyFiles(folder, kids, '2026-11-22');
}

function faultOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof FaultsError) return error.faults[0]?.code ?? '';
    throw error;
  }
  return 'none';
}

describe('record keys', () => {
  beforeEach(() => {
    createMasterKey(folder);
  });

  test('are made on first use and then stay the same', () => {
    const made = open().keysFor('access-p10y-2026-11');
    expect(made).toMatchObject({ kid: 'access-p10y-2026-11' });
    expect([made.dataKey.length, made.indexKey.length]).toEqual([32, 32]);
    expect(made.dataKey.equals(made.indexKey)).toBe(false);
    expect(open().keysFor('access-p10y-2026-11')).toEqual(made);
    expect(open().find('access-p10y-2026-11')).toEqual(made);
  });

  test('differ from month to month and from class to class', () => {
    const vault = open();
    const keys = [
      vault.keysFor('access-p10y-2026-11'),
      vault.keysFor('access-p10y-2026-12'),
      vault.keysFor('act-p10y-2026-11'),
    ];
    expect(new Set(keys.map((one) => one.dataKey.toString('hex'))).size).toBe(3);
    expect(vault.kids()).toEqual(['access-p10y-2026-11', 'access-p10y-2026-12', 'act-p10y-2026-11']);
  });

  test('are the same for two processes that ask at once', () => {
    const [one, two] = [open(), open()];
    const made = one.keysFor('access-p10y-2026-11');
    expect(two.keysFor('access-p10y-2026-11')).toEqual(made);
  });

  test('are undefined once destroyed, also for a process that had them', () => {
    const vault = open();
    vault.keysFor('access-p10y-2026-11');
    rmSync(join(folder, 'access-p10y-2026-11.json'));
    expect(vault.find('access-p10y-2026-11')).toBeUndefined();
    expect(vault.kids()).toEqual([]);
  });

  test('are never made anew under a kid that sealed parts name [R002-080]', () => {
    open().keysFor(NOVEMBER);
    const running = open(NOVEMBER);
    const made = running.keysFor(NOVEMBER);
    rmSync(join(folder, `${NOVEMBER}.json`));
    expect(faultOf(() => running.keysFor(NOVEMBER))).toBe('RECORD_KEYS_LOST');
    expect(faultOf(() => open(NOVEMBER))).toBe('RECORD_KEYS_LOST');
    expect(readdirSync(folder)).toEqual(['master.key']);
    expect(made.kid).toBe(NOVEMBER);
  });

  test('come back when their file is restored', () => {
    open().keysFor(NOVEMBER);
    const running = open(NOVEMBER);
    const made = running.keysFor(NOVEMBER);
    const file = join(folder, `${NOVEMBER}.json`);
    renameSync(file, `${file}.backup`);
    expect(faultOf(() => running.keysFor(NOVEMBER))).toBe('RECORD_KEYS_LOST');
    renameSync(`${file}.backup`, file);
    expect(running.keysFor(NOVEMBER)).toEqual(made);
  });

  test('of other months do not stop the start: they may have been destroyed', () => {
    const vault = open('access-p1m-2026-09');
    expect(vault.find('access-p1m-2026-09')).toBeUndefined();
    expect(vault.keysFor(NOVEMBER).kid).toBe(NOVEMBER);
  });

  test('stand on the disk wrapped, for their owner only [R002-080]', () => {
    const { dataKey, indexKey } = open().keysFor('access-p10y-2026-11');
    const file = join(folder, 'access-p10y-2026-11.json');
    const text = readFileSync(file, 'utf8');
    for (const key of [dataKey, indexKey]) {
      expect(text).not.toContain(key.toString('base64'));
      expect(text).not.toContain(key.toString('hex'));
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(['access-p10y-2026-11.json', 'master.key']);
  });

  test('do not open under the name of another month', () => {
    open().keysFor('access-p10y-2026-11');
    renameSync(join(folder, 'access-p10y-2026-11.json'), join(folder, 'access-p10y-2026-12.json'));
    expect(faultOf(() => open().find('access-p10y-2026-12'))).toBe('RECORD_KEYS_DAMAGED');
  });

  test('do not open when their file was changed', () => {
    open().keysFor('access-p10y-2026-11');
    for (const text of ['', '{}', '{"kid":"access-p10y-2026-11","nonce":"AAAA","box":"AAAA"}']) {
      writeFileSync(join(folder, 'access-p10y-2026-11.json'), text);
      expect(faultOf(() => open().find('access-p10y-2026-11'))).toBe('RECORD_KEYS_DAMAGED');
    }
  });

  test('never come from outside the folder', () => {
    expect(() => open().find('../other-p10y-2026-11')).toThrow(RangeError);
    expect(() => open().keysFor('../access-p10y-2026-11')).toThrow(RangeError);
  });
});

describe('the master key', () => {
  test('is made once; a second time changes nothing', () => {
    createMasterKey(folder);
    const first = readRootKey(folder, 'master');
    createMasterKey(folder);
    expect(readRootKey(folder, 'master')).toEqual(first);
    expect(first).toHaveLength(32);
  });

  test('missing before anything is wrapped asks for init', () => {
    expect(faultOf(() => open())).toBe('KEY_FILE_MISSING');
  });

  test('missing beside wrapped keys stops the start and is not made anew', () => {
    createMasterKey(folder);
    open().keysFor('access-p10y-2026-11');
    rmSync(join(folder, 'master.key'));
    expect(faultOf(() => open())).toBe('MASTER_KEY_LOST');
    expect(faultOf(() => { createMasterKey(folder); })).toBe('MASTER_KEY_LOST'); // prettier-ignore
    expect(readdirSync(folder)).toEqual(['access-p10y-2026-11.json']);
  });

  test('another than the one that wrapped the keys does not open them', () => {
    createMasterKey(folder);
    open().keysFor('access-p10y-2026-11');
    writeFileSync(join(folder, 'master.key'), '00'.repeat(32));
    expect(faultOf(() => open().keysFor('access-p10y-2026-11'))).toBe('RECORD_KEYS_DAMAGED');
  });

  test('damaged stops the start', () => {
    createMasterKey(folder);
    writeFileSync(join(folder, 'master.key'), 'abc');
    expect(faultOf(() => open())).toBe('KEY_FILE_DAMAGED');
  });

  test.each([0o640, 0o604, 0o660])('with mode %o may be read by others, which stops the start', (mode) => {
    createMasterKey(folder);
    chmodSync(join(folder, 'master.key'), mode);
    expect(faultOf(() => open())).toBe('KEY_FILE_OPEN_TO_OTHERS');
  });
});

describe('the credential key', () => {
  test('is made once and read back', () => {
    expect(faultOf(() => readRootKey(folder, 'credential'))).toBe('KEY_FILE_MISSING');
    const key = ensureRootKey(folder, 'credential');
    expect(key).toHaveLength(32);
    expect(ensureRootKey(folder, 'credential')).toEqual(key);
    expect(readRootKey(folder, 'credential')).toEqual(key);
  });
});

describe('a secret file', () => {
  test('is never written over, and leaves no draft behind', () => {
    const file = join(folder, 'a.key');
    expect(createSecretFile(file, 'one')).toBe(true);
    expect(createSecretFile(file, 'two')).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('one');
    expect(readdirSync(folder)).toEqual(['a.key']);
  });

  test('in a place that is no folder is a fault', () => {
    writeFileSync(folder, 'a file');
    expect(faultOf(() => createSecretFile(join(folder, 'a.key'), 'one'))).toBe('KEY_FILE_NOT_WRITABLE');
    expect(faultOf(() => readRootKey(folder, 'master'))).toBe('KEY_FILE_NOT_READABLE');
  });
});
