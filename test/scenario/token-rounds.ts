import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyVault } from '../../src/audit/key-vault.ts';
import { FaultsError } from '../../src/shared/fault.ts';
import { type Cryptoki } from '../../src/store/keys/cryptoki.ts';
import { createMasterKey, openKeyFiles } from '../../src/store/keys/key-files.ts';
import { type MasterKeys } from '../../src/store/keys/key-wrapper.ts';
import { MasterKeyFiles } from '../../src/store/keys/master-key-files.ts';
import { FilesThenToken } from '../../src/store/keys/open-master-keys.ts';
import { rotateMasterKey } from '../../src/store/keys/rotate-master-key.ts';
import { TokenMasterKeys } from '../../src/store/keys/token-master-keys.ts';
import { type TokenSettings } from '../../src/store/keys/token-session.ts';

/** A token to try, real or fake, with nothing on it. */
export interface TokenBench {
  readonly settings: TokenSettings;
  /** A folder of its own; holds the key folder and what else the rounds need. */
  readonly place: string;
  readonly load: () => Cryptoki;
  /** Runs the work while the token is away. */
  readonly away: (work: () => void) => void;
  readonly kids: number;
  /** Calls that are timed. */
  readonly repeats: number;
}

/** Codes of the faults that were met. */
export interface TokenFaults {
  readonly wrongPin: string;
  readonly missingPin: string;
  readonly missingToken: string;
  readonly missingKey: string;
  readonly changedBox: string;
  readonly otherKid: string;
  readonly tokenAway: string;
  readonly keysNeededWhileAway: string;
}

/** What was seen. */
export interface TokenFigures {
  readonly faults: TokenFaults;
  /** Kids whose keys opened, out of so many: after the move from files to the token, after a rotation, while away, when back. */
  readonly kids: number;
  readonly opened: {
    readonly moved: number;
    readonly rotated: number;
    readonly away: number;
    readonly back: number;
  };
  readonly destroyed: number;
  /** Generations after each: one each time. */
  readonly masters: readonly (readonly string[])[];
  readonly milliseconds: { readonly move: number; readonly openAll: number; readonly rotate: number };
  readonly microseconds: { readonly wrap: number; readonly unwrap: number };
}

const AT = '2026-11-24T00:00:00.000Z';
const KID = 'access-p10y-2026-11';

/** Tries a token: faults, the move of a master key from files to it, a rotation on it that ends every tenth kid, its absence. */
export function tokenRounds(bench: TokenBench): TokenFigures {
  const { load, settings } = bench;
  const folder = join(bench.place, 'keys');
  // A login by one session holds for the process, so the wrong PIN comes first.
  const before = faultsBefore(bench, folder);
  const keys = fillFiles(folder, bench.kids);
  const masters = new FilesThenToken(new MasterKeyFiles(folder), new TokenMasterKeys(settings, load));
  const rotate = (ends: (place: number) => boolean): number => {
    const order = [...keys.keys()];
    const keep = (kid: string): boolean => !ends(order.indexOf(kid));
    return rotateMasterKey({ folder, masters }, { keep, plan: 'plan-1', at: AT }).destroyed.length;
  };
  const move = timed(() => rotate(() => false));
  const afterMove = masters.ids();
  const openAll = timed(() => countOpen(open(folder, masters), keys));
  const rotated = timed(() => rotate((place) => place % 10 === 9));
  const afterRotation = masters.ids();
  const running = open(folder, masters);
  const opened = countOpen(running, keys);
  const absence = absent(bench, folder, running, keys);
  return {
    faults: { ...before, ...boxFaults(masters), ...absence.faults },
    kids: keys.size,
    opened: {
      moved: openAll.result,
      rotated: opened,
      away: absence.away,
      back: countOpen(open(folder, masters), keys),
    },
    destroyed: rotated.result,
    masters: [afterMove, afterRotation],
    milliseconds: { move: move.milliseconds, openAll: openAll.milliseconds, rotate: rotated.milliseconds },
    microseconds: speed(masters, bench.repeats),
  };
}

function faultsBefore(
  { settings, place, load }: TokenBench,
  folder: string,
): Pick<TokenFaults, 'wrongPin' | 'missingPin' | 'missingToken' | 'missingKey'> {
  const wrong = join(place, 'wrong.pin');
  writeFileSync(wrong, randomBytes(4).toString('hex'), { mode: 0o600 });
  const openWith = (other: Partial<TokenSettings>): string =>
    faultOf(() => open(folder, new TokenMasterKeys({ ...settings, ...other }, load)));
  return {
    wrongPin: openWith({ pinFile: wrong }),
    missingPin: openWith({ pinFile: join(place, 'no.pin') }),
    missingToken: openWith({ tokenLabel: 'no such token' }),
    missingKey: openWith({}),
  };
}

/** Keys under a master key in a file, by kid. */
function fillFiles(folder: string, count: number): ReadonlyMap<string, Buffer> {
  createMasterKey(folder);
  const vault = open(folder, new MasterKeyFiles(folder));
  const kids = Array.from({ length: count }, (_, place) => {
    const month = String((place % 12) + 1).padStart(2, '0');
    return `access-p10y-${String(2026 + Math.floor(place / 12))}-${month}`;
  });
  return new Map(kids.map((kid) => [kid, vault.keysFor(kid).dataKey]));
}

function boxFaults(masters: MasterKeys): Pick<TokenFaults, 'changedBox' | 'otherKid'> {
  const wrapper = masters.wrapper(masters.ids().at(-1) ?? '');
  if (wrapper === undefined) throw new Error('there is no master key');
  const aad = Buffer.from(KID);
  const box = wrapper.wrap(randomBytes(64), aad);
  const changed = Buffer.from(box);
  changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
  return {
    changedBox: faultOf(() => wrapper.unwrap(changed, aad)),
    otherKid: faultOf(() => wrapper.unwrap(box, Buffer.from('act-p10y-2026-11'))),
  };
}

function absent(
  { away, settings, load }: TokenBench,
  folder: string,
  running: KeyVault,
  keys: ReadonlyMap<string, Buffer>,
): {
  readonly away: number;
  readonly faults: Pick<TokenFaults, 'tokenAway' | 'keysNeededWhileAway'>;
} {
  const seen = { away: 0, tokenAway: '', keysNeededWhileAway: '' };
  away(() => {
    seen.away = countOpen(running, keys);
    seen.keysNeededWhileAway = faultOf(() => running.keysFor('act-p10y-2026-11'));
    seen.tokenAway = faultOf(() => open(folder, new TokenMasterKeys(settings, load)));
  });
  const { away: opened, ...faults } = seen;
  // The same vault goes on once the token is back.
  running.keysFor('act-p10y-2026-11');
  return { away: opened, faults };
}

function open(folder: string, masters: MasterKeys): KeyVault {
  const kids = { has: () => false, ofMonth: () => [] };
  return openKeyFiles(folder, kids, '2026-11-24', { masters });
}

function countOpen(vault: KeyVault, keys: ReadonlyMap<string, Buffer>): number {
  return [...keys].filter(([kid, key]) => vault.find(kid)?.dataKey.equals(key) === true).length;
}

function speed(masters: MasterKeys, repeats: number): TokenFigures['microseconds'] {
  const wrapper = masters.wrapper(masters.ids().at(-1) ?? '');
  if (wrapper === undefined) throw new Error('there is no master key');
  const [plain, aad] = [randomBytes(64), Buffer.from(KID)];
  const box = wrapper.wrap(plain, aad);
  const each = (work: () => void): number => {
    const { milliseconds } = timed(() => {
      for (let done = 0; done < repeats; done += 1) work();
    });
    return Math.round((milliseconds * 1000) / repeats);
  };
  return { wrap: each(() => wrapper.wrap(plain, aad)), unwrap: each(() => wrapper.unwrap(box, aad)) };
}

function timed<T>(work: () => T): { readonly result: T; readonly milliseconds: number } {
  const begin = performance.now();
  const result = work();
  return { result, milliseconds: Math.round(performance.now() - begin) };
}

/** Code of the fault, `error` for what is thrown to the vault itself, `none`. */
function faultOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'none';
  } catch (error) {
    return error instanceof FaultsError ? (error.faults[0]?.code ?? '') : 'error';
  }
}

/** Whether the figures are what they must be for any token. */
export function isSound({ faults, kids, opened, destroyed, masters }: TokenFigures): boolean {
  const expected: TokenFaults = {
    wrongPin: 'KEY_TOKEN_PIN_REFUSED',
    missingPin: 'KEY_TOKEN_PIN_MISSING',
    missingToken: 'KEY_TOKEN_MISSING',
    missingKey: 'KEY_TOKEN_KEY_MISSING',
    changedBox: 'error',
    otherKid: 'error',
    tokenAway: faults.tokenAway === 'KEY_TOKEN_MISSING' ? 'KEY_TOKEN_MISSING' : 'KEY_TOKEN_FAILED',
    keysNeededWhileAway: faults.tokenAway,
  };
  const left = kids - Math.floor(kids / 10);
  return (
    Object.entries(expected).every(([name, code]) => faults[name as keyof TokenFaults] === code) &&
    opened.moved === kids &&
    [opened.rotated, opened.away, opened.back].every((count) => count === left) &&
    destroyed === kids - left &&
    masters.map((ids) => ids.join()).join(' ') === 'pkcs11:1 pkcs11:2'
  );
}
