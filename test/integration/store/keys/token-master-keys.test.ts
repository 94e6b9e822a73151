import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Attribute, CK, loadCryptoki } from '../../../../src/store/keys/cryptoki.ts';
import { createMasterKey } from '../../../../src/store/keys/key-files.ts';
import { openMasterKeys } from '../../../../src/store/keys/open-master-keys.ts';
import { rotateMasterKey } from '../../../../src/store/keys/rotate-master-key.ts';
import { tokenLibraryFault } from '../../../../src/store/keys/token-faults.ts';
import { TokenMasterKeys } from '../../../../src/store/keys/token-master-keys.ts';
import { FakeCryptoki, FakeToken } from '../../../support/fake-cryptoki.ts';
import { isSound, tokenRounds } from '../../../scenario/token-rounds.ts';
import { faultOf, KeyPlace, NOVEMBER, OCTOBER } from './key-place.ts';

const PIN = '1234';

let place: KeyPlace;
let token: FakeToken;
let cryptoki: FakeCryptoki;

beforeEach(async () => {
  place = await KeyPlace.make();
  mkdirSync(place.folder, { mode: 0o700 });
  token = new FakeToken('gecit', PIN);
  cryptoki = new FakeCryptoki(token);
  writeFileSync(pinFile(), `${PIN}\n`, { mode: 0o600 });
});

afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

function pinFile(): string {
  return join(place.folder, '..', 'token.pin');
}

const settings = (keyLabel = 'master') =>
  ({ kind: 'pkcs11', library: '/none', tokenLabel: 'gecit', keyLabel, pinFile: pinFile() }) as const;

function masters(keyLabel?: string): TokenMasterKeys {
  return new TokenMasterKeys(settings(keyLabel), () => cryptoki);
}

describe('a master key on a token', () => {
  test('stands every round that a real token has to stand', () => {
    const away = (work: () => void): void => {
      token.present = false;
      work();
      token.present = true;
    };
    const bench = { settings: settings(), place: join(place.folder, '..'), load: () => cryptoki, away };
    const figures = tokenRounds({ ...bench, kids: 20, repeats: 10 });
    expect(figures).toMatchObject({ kids: 20, opened: { moved: 20, rotated: 18, away: 18, back: 18 } });
    expect(isSound(figures)).toBe(true);
  }, 20_000);

  test('can neither leave it nor be read there', () => {
    masters().make();
    const [attributes = []] = [...token.objects.values()];
    const valueOf = (type: number): Attribute['value'] => attributes.find((one) => one.type === type)?.value;
    expect(valueOf(CK.CKA_SENSITIVE)).toBe(true);
    expect(valueOf(CK.CKA_EXTRACTABLE)).toBe(false);
    expect(valueOf(CK.CKA_PRIVATE)).toBe(true);
    expect(valueOf(CK.CKA_TOKEN)).toBe(true);
  });

  test('leaves no secret in the folder, and its files name it', () => {
    createMasterKey(place.folder, masters());
    const { dataKey } = place.open([], { masters: masters() }).keysFor(NOVEMBER);
    expect(place.names()).toEqual([`${NOVEMBER}.json`]);
    for (const secret of [dataKey, ...token.secrets.values()]) expect(place.filesWith(secret)).toEqual([]);
    expect(JSON.parse(readFileSync(place.file(`${NOVEMBER}.json`), 'utf8'))).toMatchObject({
      master: 'pkcs11:1',
    });
  });

  test('that can leave the token, is too short or has a double is refused', () => {
    masters().make();
    const good = token.objects.get(1) ?? [];
    const change = (type: number, value: boolean | number): readonly Attribute[] =>
      good.map((one) => (one.type === type ? { type, value } : one));
    for (const bad of [
      change(CK.CKA_EXTRACTABLE, true),
      change(CK.CKA_SENSITIVE, false),
      change(CK.CKA_VALUE_LEN, 16),
    ]) {
      token.objects.set(1, bad);
      expect(faultOf(() => masters().wrapper('pkcs11:1'))).toBe('KEY_TOKEN_KEY_UNFIT');
    }
    token.objects.set(1, good).set(2, good);
    expect(faultOf(() => masters().wrapper('pkcs11:1'))).toBe('KEY_TOKEN_KEY_UNFIT');
  });

  test('of one label leaves the keys of other labels alone', () => {
    for (const label of ['master', 'master-2', 'other']) {
      masters(label).make();
      expect(masters(label).ids()).toEqual(['pkcs11:1']);
    }
    const rotation = { folder: place.folder, masters: masters() };
    rotateMasterKey(rotation, { keep: () => true, plan: 'p', at: '2026-11-24T00:00:00.000Z' });
    expect(masters().ids()).toEqual(['pkcs11:2']);
    expect(masters('master-2').ids()).toEqual(['pkcs11:1']);
    expect(masters('other').ids()).toEqual(['pkcs11:1']);
    expect(() => masters('a#2')).toThrow(RangeError);
  });

  test('is asked for with a PIN that only its owner may read', () => {
    chmodSync(pinFile(), 0o640);
    expect(faultOf(() => masters().ids())).toBe('KEY_FILE_OPEN_TO_OTHERS');
    expect(token.attempts).toBe(0);
    writeFileSync(pinFile(), '');
    chmodSync(pinFile(), 0o600);
    expect(faultOf(() => masters().ids())).toBe('KEY_TOKEN_PIN_MISSING');
    expect(token.attempts).toBe(0);
  });

  test('is asked for with a wrong PIN once in a process, so that the token does not lock itself', () => {
    writeFileSync(pinFile(), 'wrong');
    const keys = masters();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(faultOf(() => keys.ids())).toBe('KEY_TOKEN_PIN_REFUSED');
    }
    expect(token.attempts).toBe(1);
  });

  test('that fails in its own way is a fault that names the code', () => {
    masters().make();
    cryptoki.C_FindObjectsInit = () => {
      throw new Error('CKR_DEVICE_MEMORY');
    };
    expect(faultOf(() => masters().ids())).toBe('KEY_TOKEN_FAILED');
    expect(() => masters().ids()).toThrow('CKR_DEVICE_MEMORY');
  });

  test('destroyed opens nothing any more, and files say which one they need', () => {
    createMasterKey(place.folder, masters());
    place.open([], { masters: masters() }).keysFor(NOVEMBER);
    masters().destroy('pkcs11:1', () => undefined);
    expect(faultOf(() => place.open([], { masters: masters() }))).toBe('MASTER_KEY_LOST');
    expect(() => place.open([], { masters: masters() })).toThrow('gecit/master');
  });
});

describe('the settings of the master key', () => {
  test('that keep it in files make it there', () => {
    const keys = openMasterKeys(place.folder, { kind: 'file' });
    createMasterKey(place.folder, keys);
    expect(keys.ids()).toEqual(['file:1']);
    expect(place.names()).toEqual(['master.key']);
  });

  test('that name a token need its library', () => {
    expect(faultOf(() => openMasterKeys(place.folder, settings()).ids())).toMatch(
      /^KEY_TOKEN_(LIBRARY|ADAPTER)_MISSING$/,
    );
    const missing = Object.assign(new Error('no module'), { code: 'MODULE_NOT_FOUND' });
    for (const [cause, code] of [
      [missing, 'KEY_TOKEN_ADAPTER_MISSING'],
      [new Error('x'), 'KEY_TOKEN_LIBRARY_MISSING'],
    ] as const) {
      expect(faultOf(() => { throw tokenLibraryFault('/none', cause); })).toBe(code); // prettier-ignore
    }
    expect(() => loadCryptoki(join(place.folder, 'none.so'))).toThrow();
  });

  test('moved from a token to files leave what the token wraps a fault that names it', () => {
    createMasterKey(place.folder, masters());
    place.open([], { masters: masters() }).keysFor(OCTOBER);
    expect(faultOf(() => place.open())).toBe('MASTER_KEY_LOST');
    expect(() => place.open()).toThrow('pkcs11:1');
  });
});
