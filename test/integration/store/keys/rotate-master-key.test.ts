import { chmodSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMasterKey } from '../../../../src/store/keys/key-files.ts';
import { destroyedKids } from '../../../../src/store/keys/key-folder.ts';
import { exclusively } from '../../../../src/store/keys/key-lock.ts';
import { type StepName } from '../../../../src/store/keys/key-wrapper.ts';
import { MasterKeyFiles } from '../../../../src/store/keys/master-key-files.ts';
import { rotateMasterKey, type Rotation } from '../../../../src/store/keys/rotate-master-key.ts';
import { readRootKey } from '../../../../src/store/root-key.ts';
import { keyProcesses } from './key-process.ts';
import { AUGUST, faultOf, KeyPlace, NOVEMBER, OCTOBER, SEPTEMBER } from './key-place.ts';

const AT = '2026-11-22T00:00:00.000Z';
const KEPT = [NOVEMBER, OCTOBER];
const ENDED = [AUGUST, SEPTEMBER];
const DECEMBER = 'access-p10y-2026-12';

let place: KeyPlace;
let secrets: Map<string, Buffer>;

beforeEach(async () => {
  place = await KeyPlace.make();
  fill();
});

afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

function fill(): void {
  createMasterKey(place.folder);
  const vault = place.open();
  const kids = [...KEPT, ...ENDED];
  secrets = new Map(kids.map((kid) => [kid, Buffer.from(vault.keysFor(kid).dataKey)]));
}

function rotate(
  ended: readonly string[] = ENDED,
  onStep: (step: StepName, about: string) => void = () => undefined,
): Rotation {
  const keep = (kid: string): boolean => !ended.includes(kid);
  const masters = new MasterKeyFiles(place.folder);
  return rotateMasterKey({ folder: place.folder, masters, onStep }, { keep, plan: 'plan-1', at: AT });
}

/** What is true after every finished rotation. */
function proveRotated(oldMaster: Buffer): void {
  const vault = place.open();
  for (const kid of KEPT) expect(vault.find(kid)?.dataKey).toEqual(secrets.get(kid));
  for (const kid of ENDED) {
    expect(vault.find(kid)).toBeUndefined();
    expect(faultOf(() => vault.keysFor(kid))).toBe('RECORD_KEYS_DESTROYED');
  }
  expect(vault.kids()).toEqual([...KEPT].sort());
  const [master] = new MasterKeyFiles(place.folder).ids().slice(-1);
  for (const kid of KEPT) {
    expect(JSON.parse(readFileSync(place.file(`${kid}.json`), 'utf8'))).toMatchObject({ master });
  }
  const expected = [...KEPT.map((kid) => `${kid}.json`), ...ENDED.map((kid) => `${kid}.destroyed`)];
  expect(place.names().filter((name) => !name.startsWith('master'))).toEqual(expected.sort());
  expect(new MasterKeyFiles(place.folder).ids()).toHaveLength(1);
  expect(place.filesWith(oldMaster)).toEqual([]);
  for (const key of secrets.values()) expect(place.filesWith(key)).toEqual([]);
  const modes = readdirSync(place.folder).map((name) => statSync(place.file(name)).mode & 0o777);
  expect([...new Set(modes)]).toEqual([0o600]);
}

/** What is true at any moment of a rotation, for a gateway that starts then. */
function proveStartable(): void {
  const vault = place.open(KEPT);
  for (const kid of KEPT) expect(vault.keysFor(kid).dataKey).toEqual(secrets.get(kid));
}

describe('a rotation of the master key', () => {
  test('keeps what is kept under a new generation and leaves nothing of the rest', () => {
    const old = readRootKey(place.folder, 'master');
    expect(rotate()).toEqual({ master: 'file:2', kept: [...KEPT].sort(), destroyed: [...ENDED].sort() });
    proveRotated(old);
    expect(place.names()).toContain('master-2.key');
    expect(destroyedKids(place.folder)).toEqual(ENDED.sort().map((kid) => ({ kid, at: AT, plan: 'plan-1' })));
  });

  test('without anything to destroy changes the master key all the same', () => {
    expect(rotate([])).toEqual({ master: 'file:2', kept: [...secrets.keys()].sort(), destroyed: [] });
    for (const [kid, key] of secrets) expect(place.open().find(kid)?.dataKey).toEqual(key);
  });

  test('is noticed by a gateway that runs: kept keys go on, destroyed ones are gone, new ones are under the new key', () => {
    const running = place.open();
    for (const kid of secrets.keys()) running.keysFor(kid);
    rotate();
    for (const kid of KEPT) expect(running.keysFor(kid).dataKey).toEqual(secrets.get(kid));
    for (const kid of ENDED) expect(running.find(kid)).toBeUndefined();
    running.keysFor(DECEMBER);
    expect(JSON.parse(readFileSync(place.file(`${DECEMBER}.json`), 'utf8'))).toMatchObject({
      master: 'file:2',
    });
  });

  test('keeps keys that a gateway makes while it is under way', () => {
    const running = place.open();
    const made = new Map<string, Buffer>();
    let month = 0;
    rotate(ENDED, (step) => {
      // Within the steps that hold the lock of the folder a gateway waits; in the others it goes on.
      if (step !== 'draft-written' && step !== 'all-replaced') return;
      month += 1;
      const kid = `access-p10y-2027-0${String(month)}`;
      made.set(kid, running.keysFor(kid).dataKey);
    });
    expect(made.size).toBe(3);
    for (const [kid, key] of made) expect(place.open().find(kid)?.dataKey).toEqual(key);
  });

  test.each(['ids', 'wrapper'] as const)(
    'that passes by while a gateway is between two looks at the folder is no fault (%s)',
    (between) => {
      const running = (): Map<string, Buffer | undefined> => {
        const masters = new MasterKeyFiles(place.folder);
        let passed = false;
        let looks = 0;
        const pass = (): void => {
          if (passed) return;
          passed = true;
          rotate();
        };
        const [ids, wrapper] = [masters.ids.bind(masters), masters.wrapper.bind(masters)];
        masters.ids = () => {
          const seen = ids();
          looks += 1;
          if (between === 'ids' && looks === 2) pass();
          return seen;
        };
        const vault = place.open([], { masters });
        masters.wrapper = (id) => {
          if (between === 'wrapper') pass();
          return wrapper(id);
        };
        const found = [...secrets.keys()].map((kid) => [kid, vault.find(kid)?.dataKey] as const);
        expect(passed).toBe(true);
        return new Map(found);
      };
      expect(running()).toEqual(
        new Map([...secrets].map(([kid, key]) => [kid, KEPT.includes(kid) ? key : undefined])),
      );
    },
  );

  test('that erases keys while a gateway reads them leaves it without them, not with a fault', () => {
    const masters = new MasterKeyFiles(place.folder);
    const vault = place.open([], { masters });
    const wrapper = masters.wrapper.bind(masters);
    masters.wrapper = (id) => {
      masters.wrapper = wrapper;
      rotate();
      return wrapper(id);
    };
    expect(vault.find(SEPTEMBER)).toBeUndefined();
    expect(faultOf(() => vault.keysFor(SEPTEMBER))).toBe('RECORD_KEYS_DESTROYED');
  });

  test('that meets kept keys it cannot open stops before any master key goes', () => {
    writeFileSync(place.file(`${OCTOBER}.json`), '{"box":"AAAA"}');
    expect(faultOf(() => rotate())).toBe('RECORD_KEYS_DAMAGED');
    expect(place.open().find(NOVEMBER)?.dataKey).toEqual(secrets.get(NOVEMBER));
    expect(new MasterKeyFiles(place.folder).ids()).toEqual(['file:1', 'file:2']);
    chmodSync(place.file(`${OCTOBER}.json`), 0o644);
    expect(faultOf(() => rotate())).toBe('KEY_FILE_OPEN_TO_OTHERS');
    rmSync(place.file(`${OCTOBER}.json`));
    expect(rotate().kept).toEqual([NOVEMBER]);
  });

  test('destroys keys that do not open any more', () => {
    writeFileSync(place.file(`${SEPTEMBER}.json`), 'damaged');
    expect(rotate().destroyed).toEqual([...ENDED].sort());
  });

  test('changes nothing when the choice of what is kept fails, or the plan has no proper name', () => {
    const before = place.names();
    const order = { plan: 'plan-1', at: AT, keep: (): boolean => { throw new RangeError('no'); } }; // prettier-ignore
    const rotation = { folder: place.folder, masters: new MasterKeyFiles(place.folder) };
    expect(() => rotateMasterKey(rotation, order)).toThrow('no');
    expect(() => rotateMasterKey(rotation, { ...order, keep: () => false, plan: 'a plan\n' })).toThrow(
      RangeError,
    );
    expect(place.names()).toEqual(before);
  });

  test('without a master key is a fault', () => {
    for (const name of place.names()) rmSync(place.file(name));
    expect(faultOf(() => rotate())).toBe('KEY_FILE_MISSING');
  });

  test('erases drafts that dead processes left, and never the living file that a draft is a second name of', () => {
    const draft = `${NOVEMBER}.json.0123456789ab.new`;
    linkSync(place.file(`${NOVEMBER}.json`), place.file(draft));
    linkSync(place.file('master.key'), place.file('master.key.0123456789ab.new'));
    writeFileSync(place.file(`${OCTOBER}.json.0123456789ab.new`), 'x', { mode: 0o600 });
    // The link is cut by the re-wrapping; a draft of a file that is not re-wrapped any more keeps it.
    const old = readRootKey(place.folder, 'master');
    rotate();
    proveRotated(old);
    linkSync(place.file(`${NOVEMBER}.json`), place.file(draft));
    rotate();
    expect(place.open().find(NOVEMBER)?.dataKey).toEqual(secrets.get(NOVEMBER));
  });
});

describe('a rotation that dies', () => {
  test('after any step loses nothing that is kept, lets a gateway start, and is finished by the next call', async () => {
    const steps: string[] = [];
    rotate(ENDED, (step) => steps.push(step));
    expect(steps).toHaveLength(18);
    expect([...new Set(steps)].sort()).toEqual(
      ['all-replaced', 'destruction-decided', 'draft-written', 'erased', 'generation-destroyed', 'generation-made', 'overwritten', 'replaced', 'unlinked'], // prettier-ignore
    );
    for (let last = 0; last < steps.length; last += 1) {
      await place[Symbol.asyncDispose]();
      place = await KeyPlace.make();
      fill();
      const old = readRootKey(place.folder, 'master');
      let step = 0;
      const die = (): void => {
        if (step === last) throw new RangeError('dead');
        step += 1;
      };
      expect(() => rotate(ENDED, die)).toThrow('dead');
      proveStartable();
      rotate();
      proveRotated(old);
    }
  }, 60_000);

  test('by SIGKILL after the first step of each kind does so too', async () => {
    const steps: string[] = [];
    rotate(ENDED, (step) => steps.push(step));
    const firsts = [...new Set(steps)].map((step) => steps.indexOf(step) + 1);
    expect(firsts).toHaveLength(9);
    for (const dieAfter of firsts) {
      await place[Symbol.asyncDispose]();
      place = await KeyPlace.make();
      fill();
      const old = readRootKey(place.folder, 'master');
      expect(await keyProcesses(place.folder, [{ rotate: ENDED, dieAfter }])).toEqual([undefined]);
      proveStartable();
      rotate();
      proveRotated(old);
    }
  }, 60_000);

  test('and is taken up with another choice destroys the keys that it had wrapped anew, under no surviving master key', () => {
    const die = (step: StepName): void => {
      if (step === 'overwritten') throw new RangeError('dead');
    };
    expect(() => rotate(ENDED, die)).toThrow('dead');
    const second = readRootKey(place.folder, 'master-2');
    expect(rotate([OCTOBER])).toEqual({
      master: 'file:3',
      kept: [NOVEMBER],
      destroyed: [OCTOBER, ...ENDED].sort(),
    });
    expect(place.filesWith(second)).toEqual([]);
    expect(new MasterKeyFiles(place.folder).ids()).toEqual(['file:3']);
  });
});

describe('two processes at once', () => {
  test('make the same keys under the same kids', async () => {
    const kids = Array.from({ length: 9 }, (_, month) => `access-p10y-2027-0${String(month + 1)}`);
    const [one, two] = await keyProcesses(place.folder, [{ make: kids }, { make: kids }]);
    expect(one?.made).toHaveLength(9);
    expect(one?.made).toEqual(two?.made);
  }, 120_000);

  test('rotate and make keys, and every key that was handed out opens afterwards', async () => {
    const kids = (year: number): string[] =>
      Array.from({ length: 9 }, (_, month) => `access-p10y-${String(year)}-0${String(month + 1)}`);
    const reports = await keyProcesses(place.folder, [
      { rotate: ENDED, make: kids(2027) },
      { rotate: ENDED, make: kids(2028) },
      { make: kids(2027) },
      { make: kids(2028) },
    ]);
    const vault = place.open();
    const made = reports.flatMap((report) => report?.made ?? []);
    expect(made).toHaveLength(36);
    for (const [kid, key] of made) expect(vault.find(kid)?.dataKey.toString('hex')).toBe(key);
    for (const kid of KEPT) expect(vault.find(kid)?.dataKey).toEqual(secrets.get(kid));
    expect(new MasterKeyFiles(place.folder).ids()).toHaveLength(1);
  }, 120_000);

  test('keep out of each other where keys, tombstones or generations come and go', () => {
    const seen: string[] = [];
    const look = (about: string): void => {
      const free = faultOf(() => exclusively(place.folder, 'keys', () => 'in', 10)) === 'none';
      seen.push(`${about}: ${free ? 'free' : 'held'}`);
    };
    const masters = new MasterKeyFiles(place.folder);
    const wrapper = masters.wrapper.bind(masters);
    const vault = place.open([], { masters });
    masters.wrapper = (id) => {
      look('keys-made');
      return wrapper(id);
    };
    vault.keysFor(DECEMBER);
    rotate(ENDED, look);
    expect([...new Set(seen)].sort()).toEqual([
      'all-replaced: free',
      'destruction-decided: held',
      'draft-written: free',
      'erased: held',
      'generation-destroyed: held',
      'generation-made: held',
      'keys-made: held',
      'overwritten: held',
      'replaced: free',
      'unlinked: held',
    ]);
  });

  test('of which one holds the folder for too long leave the other a fault to show', () => {
    const wait = 10;
    exclusively(place.folder, 'rotation', () => {
      const blocked = (): unknown => exclusively(place.folder, 'rotation', () => 'in', wait);
      expect(faultOf(blocked)).toBe('KEY_FOLDER_BUSY');
      expect(exclusively(place.folder, 'keys', () => 'in', wait)).toBe('in');
    });
    expect(exclusively(place.folder, 'rotation', () => 'in', wait)).toBe('in');
  });
});
