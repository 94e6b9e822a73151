/** Bytes of a tag that the index keeps, the first ones. Should two tags agree in them, the record tells which it carries. */
export const TAG_BYTES = 6;

const OFFSET_BYTES = 2;

/** SQL over rows of `tag`: how many entries they hold. An entry has what its place lacks of the tag, and an offset. */
export const COUNT_OF_ENTRIES = `COALESCE(SUM(length(entries) / (${String(TAG_BYTES + OFFSET_BYTES)} - length(place))), 0)`;

/** From so many records of one block on, a tag has a row of its own. */
export const OWN_ROW = 16;

/**
 * Where the entries of a tag stand: in rows that it shares with all tags of its first byte, and in rows of its own. What the place
 * does not tell of the tag stands before each entry.
 */
export interface TagPlace {
  readonly place: Buffer;
  readonly rest: Buffer;
}

export function sharedPlace(tag: Buffer): TagPlace {
  return { place: tag.subarray(0, 1), rest: tag.subarray(1, TAG_BYTES) };
}

export function ownPlace(tag: Buffer): TagPlace {
  return { place: tag.subarray(0, TAG_BYTES), rest: tag.subarray(TAG_BYTES, TAG_BYTES) };
}

/**
 * The entries of one tag in one row.
 * @param offsets of the records within their block, ascending
 */
export function encodeEntries(rest: Buffer, offsets: readonly number[]): Buffer {
  const size = rest.length + OFFSET_BYTES;
  const bytes = Buffer.allocUnsafe(size * offsets.length);
  offsets.forEach((offset, place) => {
    rest.copy(bytes, place * size);
    bytes.writeUInt16LE(offset, place * size + rest.length);
  });
  return bytes;
}

/** Offsets of the records of one row that carry the tag, ascending. */
export function offsetsIn(bytes: Buffer, rest: Buffer): number[] {
  const size = rest.length + OFFSET_BYTES;
  const found: number[] = [];
  for (let at = nextEntry(bytes, rest, size, 0); at >= 0; at = nextEntry(bytes, rest, size, at + size)) {
    found.push(bytes.readUInt16LE(at + rest.length));
  }
  return found;
}

/** Where the next entry of the tag begins, from a place on; -1 where there is none. */
function nextEntry(bytes: Buffer, rest: Buffer, size: number, from: number): number {
  for (let at = from; at + size <= bytes.length; at += size - (at % size)) {
    // Equal bytes may stand across two entries.
    if (rest.length > 0) at = bytes.indexOf(rest, at);
    if (at < 0) return -1;
    if (at % size === 0 && at + size <= bytes.length) return at;
  }
  return -1;
}
