import { createHash, createPublicKey, verify } from 'node:crypto';

/** A client of C2SP tlog-tiles over plain HTTP, written from its pages alone: shares no code with the product. */

const FULL = 256;

export interface CheckedLog {
  readonly origin: string;
  readonly size: number;
  /** Paths that were fetched and checked. */
  readonly paths: readonly string[];
  readonly entries: readonly Buffer[];
}

const sha256 = (...parts: readonly Buffer[]): Buffer => {
  const state = createHash('sha256');
  for (const part of parts) state.update(part);
  return state.digest();
};
const leafOf = (entry: Buffer): Buffer => sha256(Buffer.of(0), entry);
const nodeOf = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** Fetches everything that a checkpoint covers and derives it anew. @throws Error at the first thing that does not hold */
export async function checkLog(prefix: string, vkey: string, checkpoint = 'checkpoint'): Promise<CheckedLog> {
  const note = (await fetched(prefix, checkpoint)).toString('utf8');
  const { origin, size, root } = checkedNote(note, vkey);
  const paths: string[] = [];
  const entries: Buffer[] = [];
  const get = async (path: string, width: number): Promise<Buffer> => {
    paths.push(width === FULL ? path : `${path}.p/${String(width)}`);
    return fetched(prefix, paths.at(-1) ?? '');
  };
  let hashes: Buffer[] = [];
  for (const [index, width] of tilesOf(size)) {
    const bundle = unpacked(await get(`tile/entries/${name(index)}`, width));
    demand(bundle.length === width, `bundle ${String(index)} has ${String(bundle.length)} entries`);
    entries.push(...bundle);
    hashes.push(...bundle.map(leafOf));
  }
  demand(tree(hashes).equals(root), 'the entries do not give the root');
  for (let level = 0; hashes.length > 0; level += 1) {
    for (const [index, width] of tilesOf(hashes.length)) {
      const tile = await get(`tile/${String(level)}/${name(index)}`, width);
      const expected = Buffer.concat(hashes.slice(index * FULL, index * FULL + width));
      demand(tile.equals(expected), `tile ${String(level)}/${String(index)} differs`);
    }
    hashes = tilesOf(hashes.length)
      .filter(([, width]) => width === FULL)
      .map(([index]) => tree(hashes.slice(index * FULL, (index + 1) * FULL)));
  }
  return { origin, size, paths, entries };
}

/** Recomputes the root of RFC 6962 §2.1 by its definition. */
function tree(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return sha256();
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeOf(tree(hashes.slice(0, split)), tree(hashes.slice(split)));
}

function tilesOf(hashes: number): (readonly [index: number, width: number])[] {
  const tiles: (readonly [number, number])[] = [];
  for (let start = 0; start < hashes; start += FULL)
    tiles.push([start / FULL, Math.min(FULL, hashes - start)]);
  return tiles;
}

function name(index: number): string {
  const last = String(index % 1000).padStart(3, '0');
  return index < 1000 ? last : `${above(Math.floor(index / 1000))}${last}`;
}

function above(index: number): string {
  const group = `x${String(index % 1000).padStart(3, '0')}/`;
  return index < 1000 ? group : `${above(Math.floor(index / 1000))}${group}`;
}

function unpacked(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  let rest = bundle;
  while (rest.length > 0) {
    const length = rest.readUInt16BE(0);
    demand(rest.length >= 2 + length, 'the bundle is cut off');
    entries.push(rest.subarray(2, 2 + length));
    rest = rest.subarray(2 + length);
  }
  return entries;
}

function checkedNote(note: string, vkey: string): { origin: string; size: number; root: Buffer } {
  const [keyName = '', , encoded = ''] = vkey.split('+');
  const key = Buffer.from(
    encoded.length > 0 ? vkey.slice(vkey.indexOf('+', keyName.length + 1) + 1) : '',
    'base64',
  );
  const id = sha256(Buffer.from(`${keyName}\n`), key).subarray(0, 4);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const line = note
    .slice(end + 2)
    .split('\n')
    .find((one) => one.startsWith(`— ${keyName} `));
  const signature = Buffer.from(line?.split(' ')[2] ?? '', 'base64');
  demand(signature.subarray(0, 4).equals(id), 'no signature of the key');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.subarray(1).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  demand(verify(null, Buffer.from(text), publicKey, signature.subarray(4)), 'the signature does not hold');
  const [origin = '', size = '', root = ''] = text.split('\n');
  demand(origin === keyName, 'the key signs for another log');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

async function fetched(prefix: string, path: string): Promise<Buffer> {
  const response = await fetch(`${prefix}/${path}`);
  demand(response.status === 200, `${path}: ${String(response.status)}`);
  return Buffer.from(await response.arrayBuffer());
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
