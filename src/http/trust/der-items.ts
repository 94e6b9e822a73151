/** One element of DER (X.690): its tag, its content, and both with the length between them. */
export interface DerItem {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** Tags that a list of revoked certificates is made of. */
export const TAG = { integer: 0x02, bitString: 0x03, sequence: 0x30, extensions: 0xa0 } as const;

const LONG_LENGTH = 0x80;
const LONGEST_LENGTH_BYTES = 4;
const HIGH_TAG = 0x1f;

/** Where an element lies: its tag, and the places of its content's first byte and of the byte after its last. */
export interface DerPlace {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The place of the element that begins at `start` and ends before `end`.
 * @throws SyntaxError when it is not whole, or not DER
 */
export function derPlaceAt(bytes: Buffer, start: number, end: number): DerPlace {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & HIGH_TAG) === HIGH_TAG)
    throw new SyntaxError('not DER');
  const lengthBytes = first < LONG_LENGTH ? 0 : first - LONG_LENGTH;
  const from = start + 2 + lengthBytes;
  const to = from + (first < LONG_LENGTH ? first : longLength(bytes, start + 2, lengthBytes));
  if (to > end) throw new SyntaxError('an element is cut off');
  return { tag, from, to };
}

/** The elements that fill the bytes exactly. @throws SyntaxError */
export function derItems(bytes: Buffer): DerItem[] {
  const items: DerItem[] = [];
  for (let start = 0; start < bytes.length;) {
    const { tag, from, to } = derPlaceAt(bytes, start, bytes.length);
    items.push({ tag, content: bytes.subarray(from, to), whole: bytes.subarray(start, to) });
    start = to;
  }
  return items;
}

function longLength(bytes: Buffer, at: number, count: number): number {
  if (count === 0 || count > LONGEST_LENGTH_BYTES || at + count > bytes.length)
    throw new SyntaxError('a length is not DER');
  return bytes.readUIntBE(at, count);
}
