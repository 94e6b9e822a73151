import { readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createCipheriv, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMasterKey, openKeyFiles } from '../../../../src/store/keys/key-files.ts';
import { writeTombstone } from '../../../../src/store/keys/key-folder.ts';
import { readRootKey } from '../../../../src/store/root-key.ts';
import { faultOf, KeyPlace, NOVEMBER, OCTOBER, SEPTEMBER, TODAY } from './key-place.ts';

let place: KeyPlace;

beforeEach(async () => {
  place = await KeyPlace.make();
  createMasterKey(place.folder);
});

afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

describe('record keys', () => {
  test('are made on first use and then stay the same', () => {
    const made = place.open().keysFor(NOVEMBER);
    expect(made.kid).toBe(NOVEMBER);
    expect(made.dataKey).toHaveLength(32);
    expect(place.open().keysFor(NOVEMBER).dataKey).toEqual(made.dataKey);
    expect(place.open().keysFor(NOVEMBER).tag('tckn', '1')).toEqual(made.tag('tckn', '1'));
    expect(place.open().find(NOVEMBER)).toEqual({ kid: NOVEMBER, dataKey: made.dataKey });
  });

  test('differ from month to month and from class to class', () => {
    const vault = place.open();
    const kids = [OCTOBER, NOVEMBER, 'act-p10y-2026-11'];
    const keys = kids.map((kid) => vault.keysFor(kid));
    expect(new Set(keys.map((one) => one.dataKey.toString('hex'))).size).toBe(3);
    expect(new Set(keys.map((one) => one.tag('tckn', '1').toString('hex'))).size).toBe(3);
    expect(vault.kids()).toEqual(kids);
  });

  test('are the same for two vaults that ask at once', () => {
    const [one, two] = [place.open(), place.open()];
    expect(two.keysFor(NOVEMBER).dataKey).toEqual(one.keysFor(NOVEMBER).dataKey);
  });

  test('are undefined once destroyed, also for a process that had them', () => {
    const vault = place.open();
    vault.keysFor(NOVEMBER);
    rmSync(place.file(`${NOVEMBER}.json`));
    expect(vault.find(NOVEMBER)).toBeUndefined();
    expect(vault.kids()).toEqual([]);
  });

  test('are never made anew under a kid that sealed parts name [R002-080]', () => {
    place.open().keysFor(NOVEMBER);
    const running = place.open([NOVEMBER]);
    running.keysFor(NOVEMBER);
    rmSync(place.file(`${NOVEMBER}.json`));
    expect(faultOf(() => running.keysFor(NOVEMBER))).toBe('RECORD_KEYS_LOST');
    expect(faultOf(() => place.open([NOVEMBER]))).toBe('RECORD_KEYS_LOST');
    expect(place.names()).toEqual(['master.key']);
  });

  test('are never made anew, nor found, once a tombstone stands beside their file', () => {
    const vault = place.open();
    vault.keysFor(NOVEMBER);
    writeTombstone(place.folder, { kid: NOVEMBER, at: null, plan: 'p1' });
    expect(vault.find(NOVEMBER)).toBeUndefined();
    expect(vault.kids()).toEqual([]);
    expect(vault.searchTags('tckn', '1').size).toBe(0);
    expect(faultOf(() => vault.keysFor(NOVEMBER))).toBe('RECORD_KEYS_DESTROYED');
    rmSync(place.file(`${NOVEMBER}.json`));
    expect(faultOf(() => vault.keysFor(NOVEMBER))).toBe('RECORD_KEYS_DESTROYED');
    expect(place.names()).toEqual([`${NOVEMBER}.destroyed`, 'master.key']);
  });

  test('come back when their file is restored', () => {
    place.open().keysFor(NOVEMBER);
    const running = place.open([NOVEMBER]);
    const { dataKey } = running.keysFor(NOVEMBER);
    const file = place.file(`${NOVEMBER}.json`);
    renameSync(file, `${file}.backup`);
    expect(faultOf(() => running.keysFor(NOVEMBER))).toBe('RECORD_KEYS_LOST');
    renameSync(`${file}.backup`, file);
    expect(running.keysFor(NOVEMBER).dataKey).toEqual(dataKey);
  });

  test('are read again when their file changed, also by a process that had them', () => {
    const running = place.open();
    running.keysFor(NOVEMBER);
    const file = place.file(`${NOVEMBER}.json`);
    writeFileSync(file, 'other');
    utimesSync(file, 1, 1);
    expect(faultOf(() => running.keysFor(NOVEMBER))).toBe('RECORD_KEYS_DAMAGED');
  });

  test('of other months do not stop the start: they may have been destroyed', () => {
    const vault = place.open([SEPTEMBER]);
    expect(vault.find(SEPTEMBER)).toBeUndefined();
    expect(vault.keysFor(NOVEMBER).kid).toBe(NOVEMBER);
  });

  test('stand on the disk wrapped, for their owner only, and name the master key [R002-080]', () => {
    const { dataKey } = place.open().keysFor(NOVEMBER);
    expect(place.filesWith(dataKey)).toEqual([]);
    expect(JSON.parse(readFileSync(place.file(`${NOVEMBER}.json`), 'utf8'))).toMatchObject({
      kid: NOVEMBER,
      master: 'file:1',
    });
    expect(statSync(place.folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(place.folder).map((name) => statSync(place.file(name)).mode & 0o777);
    expect([...new Set(modes)]).toEqual([0o600]);
    expect(place.names()).toEqual([`${NOVEMBER}.json`, 'master.key']);
  });

  test('do not open under the name of another month', () => {
    place.open().keysFor(NOVEMBER);
    renameSync(place.file(`${NOVEMBER}.json`), place.file(`${OCTOBER}.json`));
    expect(faultOf(() => place.open().find(OCTOBER))).toBe('RECORD_KEYS_DAMAGED');
  });

  test.each(['', '{}', 'null', '{"kid":"x","box":1}', '{"box":""}', '{"master":1,"box":"AAAA"}'])(
    'do not open when their file holds %j',
    (text) => {
      place.open().keysFor(NOVEMBER);
      writeFileSync(place.file(`${NOVEMBER}.json`), text);
      expect(faultOf(() => place.open().find(NOVEMBER))).toBe('RECORD_KEYS_DAMAGED');
    },
  );

  test('do not open when one bit of their box is another', () => {
    place.open().keysFor(NOVEMBER);
    const file = place.file(`${NOVEMBER}.json`);
    const { box, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { box: string };
    const bytes = Buffer.from(box, 'base64');
    for (const at of [0, 12, 75, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      writeFileSync(file, JSON.stringify({ ...rest, box: changed.toString('base64') }));
      expect(faultOf(() => place.open().find(NOVEMBER))).toBe('RECORD_KEYS_DAMAGED');
    }
  });

  test('that name a master key which is not there do not open, and the fault names it', () => {
    place.open().keysFor(NOVEMBER);
    const file = place.file(`${NOVEMBER}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('file:1', 'pkcs11:1'));
    expect(faultOf(() => place.open().find(NOVEMBER))).toBe('MASTER_KEY_LOST');
    expect(() => place.open().find(NOVEMBER)).toThrow('pkcs11:1');
  });

  test('of the first release, whose files name no master key, still open', () => {
    const [dataKey, indexKey, nonce] = [randomBytes(32), randomBytes(32), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', readRootKey(place.folder, 'master'), nonce);
    cipher.setAAD(Buffer.from(NOVEMBER));
    const parts = [cipher.update(dataKey), cipher.update(indexKey), cipher.final(), cipher.getAuthTag()];
    const box = Buffer.concat(parts).toString('base64');
    const text = JSON.stringify({ kid: NOVEMBER, nonce: nonce.toString('base64'), box });
    writeFileSync(place.file(`${NOVEMBER}.json`), text, { mode: 0o600 });
    expect(place.open().find(NOVEMBER)?.dataKey).toEqual(dataKey);
  });

  test('never come from outside the folder', () => {
    expect(() => place.open().find('../other-p10y-2026-11')).toThrow(RangeError);
    expect(() => place.open().keysFor('../access-p10y-2026-11')).toThrow(RangeError);
  });
});

describe('search tags', () => {
  test('are one for each kid with keys, the same that sealing makes', () => {
    const vault = place.open();
    const expected = [OCTOBER, NOVEMBER].map((kid) => [kid, vault.keysFor(kid).tag('case', '2026/118')]);
    expect([...vault.searchTags('case', '2026/118')]).toEqual(expected);
  });

  test('are refused beyond the limit, which all vaults of a process share; sealing is not limited', () => {
    const kids = { has: () => false, ofMonth: () => [] };
    const [one, two] = [1, 2].map(() => openKeyFiles(place.folder, kids, TODAY));
    for (let asked = 0; asked < 15; asked += 1) {
      expect(one?.searchTags('tckn', String(asked)).size).toBe(0);
      expect(two?.searchTags('tckn', String(asked)).size).toBe(0);
    }
    for (const vault of [one, two]) expect(() => vault?.searchTags('tckn', '30')).toThrow('RATE_LIMITED');
    const keys = one?.keysFor(NOVEMBER);
    for (let tagged = 0; tagged < 100; tagged += 1)
      expect(keys?.tag('tckn', String(tagged))).toHaveLength(32);
  });

  test('of one value differ from type to type', () => {
    const keys = place.open().keysFor(NOVEMBER);
    expect(
      new Set(['tckn', 'official', 'case'].map((type) => keys.tag(type, '1').toString('hex'))).size,
    ).toBe(3);
  });
});
