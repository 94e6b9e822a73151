import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeTckn } from '../../src/shared/tckn.ts';
import { MasterKeyFiles } from '../../src/store/keys/master-key-files.ts';
import { masterIn, unwrapKeys } from '../../src/store/keys/wrapped-keys.ts';

/** What somebody who has every remaining byte searches: files, and the keys that they can be made to give. */
export interface Remains {
  readonly files: readonly Buffer[];
  /** Keys as a reader of the key folder gets them: decoded, and unwrapped with every master key that is left. */
  readonly keys: readonly Buffer[];
  /** Every 32 bytes in a row of every key file and certificate. */
  readonly windows: readonly Buffer[];
}

const BITS = 27;
const WINDOW = 32;

/** Every file below the folders. */
export function filesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** @param keyFolders whose keys are unwrapped @param others files that may hold a key besides, e.g. certificates */
export function remainsOf(
  folders: readonly string[],
  keyFolders: readonly string[],
  others: readonly string[],
): Remains {
  const keyFiles = filesBelow(...keyFolders).map((file) => readFileSync(file));
  const texts = [...keyFiles, ...others.map((file) => readFileSync(file))];
  return {
    files: filesBelow(...folders).map((file) => readFileSync(file)),
    keys: [...keyFiles.flatMap(decoded), ...keyFolders.flatMap(unwrapped)],
    windows: [...texts, ...texts.flatMap(decoded)].flatMap(windowsOf),
  };
}

/** The same numbers for the same seed. */
export function sampleOfTckns(count: number, seed: string): string[] {
  return Array.from({ length: count }, (_, place) => {
    const digest = createHash('sha256')
      .update(`${seed} ${String(place)}`)
      .digest();
    return completeTckn(String(100_000_000 + (digest.readUInt32BE(0) % 900_000_000)));
  });
}

/**
 * Tries identity numbers against all bytes that remain: as they are, hashed plainly and with the words that the product hashes
 * them with, and under every key.
 * @param few tried under every window of 32 bytes as well
 * @returns how each was found
 */
export function tryTckns(
  { files, keys, windows }: Remains,
  many: readonly string[],
  few: readonly string[],
): string[] {
  const marks = markAll(files);
  const found: string[] = [];
  const look = (how: string, tckn: string, bytes: Buffer): void => {
    const here = isMarked(marks, bytes) && files.some((file) => file.includes(bytes));
    if (here) found.push(`${how} of a number at place ${String(many.indexOf(tckn))}`);
  };
  const tried = distinct(keys);
  for (const tckn of many) {
    for (const text of textsOf(tckn)) look('text', tckn, text);
    for (const input of inputsOf(tckn)) {
      lookAtDigest(createHash('sha256').update(input).digest(), (form) => {
        look('SHA-256', tckn, form);
      });
      for (const key of tried) look('HMAC', tckn, hmac(key, input));
    }
  }
  for (const tckn of few)
    for (const input of inputsOf(tckn))
      for (const key of distinct(windows)) look('HMAC under some bytes', tckn, hmac(key, input));
  return [...new Set(found)];
}

function distinct(keys: readonly Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()];
}

function textsOf(tckn: string): Buffer[] {
  const forms = [tckn, Buffer.from(tckn).toString('hex'), Buffer.from(tckn).toString('base64').slice(0, 14)];
  return [...forms.map((form) => Buffer.from(form)), Buffer.from(tckn, 'utf16le')];
}

function inputsOf(tckn: string): string[] {
  return [tckn, `tckn:${tckn}`];
}

function lookAtDigest(digest: Buffer, look: (form: Buffer) => void): void {
  look(digest);
  look(Buffer.from(digest.toString('hex')));
  look(Buffer.from(digest.toString('base64')));
}

function hmac(key: Buffer, input: string): Buffer {
  return createHmac('sha256', key).update(input).digest();
}

/** A bit for the first bits at every place of every file: nearly all that is tried is not there. */
function markAll(files: readonly Buffer[]): Uint8Array {
  const marks = new Uint8Array(2 ** (BITS - 3));
  for (const file of files)
    for (let place = 0; place + 4 <= file.length; place++) {
      const mark = file.readUInt32BE(place) >>> (32 - BITS);
      marks[mark >>> 3] = (marks[mark >>> 3] ?? 0) | (1 << (mark & 7));
    }
  return marks;
}

/** Whatever is looked for has at least eleven bytes, and each four of them in a row are marked where it is. */
function isMarked(marks: Uint8Array, bytes: Buffer): boolean {
  return [0, 4, 7].every((place) => {
    const mark = bytes.readUInt32BE(place) >>> (32 - BITS);
    return ((marks[mark >>> 3] ?? 0) & (1 << (mark & 7))) !== 0;
  });
}

function windowsOf(bytes: Buffer): Buffer[] {
  const count = Math.max(0, bytes.length - WINDOW + 1);
  return Array.from({ length: count }, (_, place) => bytes.subarray(place, place + WINDOW));
}

/** Bytes that stand in a file as hexadecimal or base64 text. */
function decoded(file: Buffer): Buffer[] {
  const text = file.toString('latin1');
  const hex = [...text.matchAll(/[0-9a-f]{64}/g)].map(([digits]) => Buffer.from(digits, 'hex'));
  const base64 = [...text.matchAll(/[A-Za-z0-9+/]{43,}=*/g)].map(([digits]) => Buffer.from(digits, 'base64'));
  return [...hex, ...base64];
}

/** What the master keys of a folder open in it. */
function unwrapped(folder: string): Buffer[] {
  const masters = new MasterKeyFiles(folder);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const wrapper = masters.wrapper(masterIn(text));
    if (wrapper === undefined) return [];
    const { dataKey, indexKey } = unwrapKeys(wrapper, name.slice(0, -'.json'.length), text);
    return [dataKey, indexKey];
  });
}
