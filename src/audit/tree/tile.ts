import { isCount, HASH_BYTES } from './proof-hashes.ts';

/** One file of hashes of a log's tree (C2SP tlog-tiles). */
export interface TilePlace {
  /** 0 holds leaf hashes, 1 the roots of 256 leaves, and so on; at most 6 for 2^53-1 leaves. */
  readonly level: number;
  readonly index: number;
  /** Hashes in the tile: 256 when it is full, else 1 to 255. */
  readonly width: number;
}

/** Hashes of a full tile, and entries of a full bundle. */
export const TILE_WIDTH = 256;

const MAX_LEVEL = 63;
const MAX_ENTRY = 0xffff;
const LENGTH_BYTES = 2;

/**
 * Path of a tile below the log's folder: `tile/<level>/<index>[.p/<width>]`.
 * @throws RangeError outside levels 0 to 63, indexes to 2^53-1 and widths 1 to 256
 */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!isCount(level) || level > MAX_LEVEL) throw new RangeError(`tile of level ${String(level)}`);
  return `tile/${String(level)}/${placeText(index, width)}`;
}

/**
 * Path of an entry bundle below the log's folder: `tile/entries/<index>[.p/<width>]`.
 * @throws RangeError as `tilePath`
 */
export function bundlePath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${placeText(index, width)}`;
}

/** Groups of three digits, all but the last marked with x: `x001/x234/067`. */
function placeText(index: number, width: number): string {
  if (!isCount(index)) throw new RangeError(`tile of index ${String(index)}`);
  if (!isCount(width) || width < 1 || width > TILE_WIDTH)
    throw new RangeError(`tile of width ${String(width)}`);
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.replace(/\d{3}(?=\d)/g, 'x$&/');
  return width === TILE_WIDTH ? groups : `${groups}.p/${String(width)}`;
}

/**
 * Every tile of a tree, full ones first on each level, then its partial one. A level whose last tile would be empty has
 * none. The bundles are those of level 0. A generator: 10^7 leaves have 39,216 tiles.
 * @throws RangeError when the size is no count
 */
export function tilesFor(size: number): Generator<TilePlace> {
  return newTiles(0, size);
}

/**
 * The tiles of a tree that the tree of `oldSize` does not have: what is to be written when a log has grown. A tile that was
 * partial is listed again with its new width.
 * @throws RangeError when the sizes are no counts or shrink
 */
export function* newTiles(oldSize: number, size: number): Generator<TilePlace> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) {
    throw new RangeError(`tiles from size ${String(oldSize)} to ${String(size)}`);
  }
  let [before, hashes] = [oldSize, size];
  for (let level = 0; hashes > 0; level += 1) {
    yield* tilesOfLevel(level, before, hashes);
    before = Math.floor(before / TILE_WIDTH);
    hashes = Math.floor(hashes / TILE_WIDTH);
  }
}

function* tilesOfLevel(level: number, before: number, hashes: number): Generator<TilePlace> {
  if (before === hashes) return;
  const full = Math.floor(hashes / TILE_WIDTH);
  for (let index = Math.floor(before / TILE_WIDTH); index < full; index += 1) {
    yield { level, index, width: TILE_WIDTH };
  }
  const rest = hashes % TILE_WIDTH;
  if (rest > 0) yield { level, index: full, width: rest };
}

/**
 * The hashes of a tile's bytes, in order.
 * @throws RangeError unless there are 1 to 256 hashes of 32 bytes
 */
export function tileHashes(bytes: Buffer): Buffer[] {
  const width = bytes.length / HASH_BYTES;
  if (!isCount(width) || width < 1 || width > TILE_WIDTH)
    throw new RangeError(`tile of ${String(bytes.length)} bytes`);
  return Array.from({ length: width }, (_, place) =>
    bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
  );
}

/**
 * The bytes of an entry bundle: each entry after its length as uint16, big endian.
 * @throws RangeError unless there are 1 to 256 entries of at most 65,535 bytes
 */
export function encodeBundle(entries: readonly Buffer[]): Buffer {
  requireEntries(entries.length);
  const parts = entries.flatMap((entry) => {
    if (entry.length > MAX_ENTRY) throw new RangeError(`entry of ${String(entry.length)} bytes`);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(entry.length, 0);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/**
 * The entries of a bundle.
 * @throws RangeError when bytes are missing or left over, or there are none or more than 256 entries
 */
export function decodeBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let place = 0; place < bytes.length;) {
    const start = place + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt16BE(place) : Infinity;
    if (end > bytes.length) throw new RangeError('the last entry of the bundle is cut off');
    entries.push(bytes.subarray(start, end));
    requireEntries(entries.length);
    place = end;
  }
  requireEntries(entries.length);
  return entries;
}

function requireEntries(count: number): void {
  if (count < 1 || count > TILE_WIDTH) throw new RangeError(`bundle of ${String(count)} entries`);
}
