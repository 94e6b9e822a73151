import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EVIDENCE } from '../evidence-node.ts';
import { givenName } from './forged-mutations.ts';
import { type Bench, type Mutate } from './mutation.ts';

/** Statements of trust, to be taken from elsewhere: nothing in the folder can cover them. */
const POLICY = 'witness.policy';
const SEALED_AT = '"sealedAt":"';

/** Every covered file, below the folder of all logs. */
function files(bench: Bench): string[] {
  return readdirSync(bench.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(bench.folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.endsWith(POLICY))
    .sort();
}

/** Below the folder of its log. */
function inLog(path: string): string {
  return path.split('/').slice(3).join('/');
}

/** Where a byte counts: the time at which a day was sealed is nobody's evidence. */
function coveredPlace(bench: Bench, bytes: Buffer): number {
  const from = bytes.indexOf(SEALED_AT);
  const below = from < 0 ? -1 : from + SEALED_AT.length + 24;
  let place = 0;
  do place = bench.choice.between(0, bytes.length);
  while (place >= from + SEALED_AT.length && place < below);
  return place;
}

const flipped: Mutate = (bench) => {
  const path = bench.choice.of(files(bench));
  const bytes = Buffer.from(bench.read(path));
  const place = coveredPlace(bench, bytes);
  bytes[place] = (bytes[place] ?? 0) ^ (1 << bench.choice.between(0, 8));
  bench.write(path, bytes);
  return { what: `${path} byte ${String(place)}`, files: [inLog(path)] };
};

const deleted: Mutate = (bench) => {
  const path = bench.choice.of(files(bench));
  bench.touch(path);
  rmSync(join(bench.folder, path));
  // The format lets a partial tile go once its full tile is there: it is named, and the evidence stays whole.
  const noticed = /\.p\/\d+$/.test(path) && existsSync(join(bench.folder, path.replace(/\.p\/\d+$/, '')));
  return { what: `${path} deleted`, files: [inLog(path)], noticed };
};

const truncated: Mutate = (bench) => {
  const path = bench.choice.of(files(bench));
  const bytes = bench.read(path);
  let length = bench.choice.between(0, bytes.length);
  // A witness's line that is cut off cleanly leaves the note as it is before that witness signs.
  while (/(^|\/)(checkpoints\/\d+|checkpoint|signed\.checkpoint)$/.test(path) && bytes[length - 1] === 0x0a)
    length -= 1;
  bench.write(path, bytes.subarray(0, Math.max(0, length)));
  return { what: `${path} cut to ${String(length)}`, files: [inLog(path)] };
};

const lengthened: Mutate = (bench) => {
  const path = bench.choice.of(files(bench));
  const extra = Buffer.alloc(bench.choice.between(1, 40), bench.choice.between(0, 256));
  bench.write(path, Buffer.concat([bench.read(path), extra]));
  return { what: `${path} with ${String(extra.length)} more bytes`, files: [inLog(path)] };
};

const swapped: Mutate = (bench) => {
  const all = files(bench);
  let [first, second] = ['', ''];
  do [first, second] = [bench.choice.of(all), bench.choice.of(all)];
  while (bench.read(first).equals(bench.read(second)));
  const bytes = bench.read(first);
  bench.write(first, bench.read(second));
  bench.write(second, bytes);
  return { what: `${first} and ${second} swapped`, files: [inLog(first), inLog(second)] };
};

const added: Mutate = (bench) => {
  const all = files(bench);
  const model = bench.choice.of(all);
  const log = model.split('/').slice(0, 3).join('/');
  const name = bench.choice.of([
    'readme.txt',
    'tile/0/900',
    'tile/9/000',
    'tile/entries/x001/000',
    'days/x',
    'tile/0/000.p/0',
    'stamps/a.tsr',
    'checkpoint.bak',
  ]);
  const path = `${log}/${name}`;
  mkdirSync(join(bench.folder, dirname(path)), { recursive: true });
  bench.touch(path);
  writeFileSync(join(bench.folder, path), bench.read(model));
  return { what: `${path} added`, files: [name], noticed: true };
};

/** Under a name that evidence has: then it must be what the name says. */
const addedAsEvidence: Mutate = (bench) => {
  const all = files(bench).filter((path) => !path.endsWith('.checkpoint') && !path.endsWith('.vkey'));
  const model = bench.choice.of(all);
  const log = model.split('/').slice(0, 3).join('/');
  const name = bench.choice.of(['checkpoints/11', 'stamps/11.tsr', 'days/2026-12-25/manifest.json']);
  const path = `${log}/${name}`;
  mkdirSync(join(bench.folder, dirname(path)), { recursive: true });
  bench.touch(path);
  writeFileSync(join(bench.folder, path), bench.read(model));
  return { what: `${model} added as ${path}`, files: [name] };
};

/** A pointer or mark as it was at an earlier seal. */
const pointerBack: Mutate = (bench) => {
  const name = bench.choice.of(['checkpoint', 'signed.checkpoint']);
  const log = bench.choice.of(bench.logs);
  const path = `${log.origin}/${name}`;
  const older = bench.earlier
    .map((place) => join(place, EVIDENCE, path))
    .flatMap((file) => readOr(file))
    .filter((bytes) => !bytes.equals(bench.read(path)));
  if (older.length === 0) return pointerBack(bench);
  bench.write(path, bench.choice.of(older));
  return { what: `${path} rolled back`, files: [name] };
};

function readOr(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch {
    return [];
  }
}

const rolledBack: Mutate = (bench) => {
  const earlier = bench.choice.of(bench.earlier.slice(0, -1));
  const last = bench.logs.at(-1);
  if (last === undefined) throw new Error('no log');
  for (const path of [...files(bench)]) bench.touch(path);
  rmSync(bench.folder, { recursive: true });
  cpSync(join(earlier, EVIDENCE), bench.folder, { recursive: true });
  const name = givenName(last, last.sealed);
  return {
    what: `folder of ${earlier}, alone; kept elsewhere: ${name}`,
    files: [name],
    given: [name],
    only: 'folder',
  };
};

/** Changes to the files of an evidence folder. */
export const FOLDER_MUTATIONS: Readonly<Record<string, Mutate>> = {
  'folder: byte of a file': flipped,
  'folder: file deleted': deleted,
  'folder: file cut': truncated,
  'folder: file lengthened': lengthened,
  'folder: files swapped': swapped,
  'folder: file added': added,
  'folder: file added as evidence': addedAsEvidence,
  'folder: pointer rolled back': pointerBack,
  'folder: rolled back': rolledBack,
};
