import { type KeyObject } from 'node:crypto';
import { AlgorithmIdentifier, Extensions, Time } from 'pkijs';
import { schemeOf, signatureHolds, strongKey } from '../../audit/time-stamp/signature-scheme.ts';
import { type DerItem, derItems, derPlaceAt, TAG } from './der-items.ts';

/** An authority's list of the certificates that it revoked (RFC 5280 §5), with a signature that holds. */
export interface RevocationList {
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** By when the next list is due, epoch milliseconds. */
  readonly nextUpdate: number;
  /** Serial numbers in lower-case hex without leading zeros. */
  readonly serials: ReadonlySet<string>;
}

/** `unreadable`: not a list as RFC 5280 wants it; `partial`: not the whole list of one authority; `unsigned`: no key made it. */
export class RevocationListError extends Error {
  readonly code: 'unreadable' | 'partial' | 'unsigned';

  constructor(code: RevocationListError['code'], cause?: unknown) {
    super(code, { cause });
    this.name = 'RevocationListError';
    this.code = code;
  }
}

interface Fields {
  readonly thisUpdate: DerItem;
  readonly nextUpdate: DerItem;
  readonly revoked: DerItem | undefined;
  readonly extensions: DerItem | undefined;
}

/**
 * Reads a list in DER that one of the keys has signed. pkijs reads algorithm, times and extensions; the entries are walked
 * here, because reading each with pkijs takes most of a millisecond and at most 10,000 elements.
 * @param keys public keys of the authorities
 * @returns the list and the key that made it
 * @throws RevocationListError
 */
export function readRevocationList(
  der: Buffer,
  keys: readonly KeyObject[],
): { readonly list: RevocationList; readonly signer: KeyObject } {
  const [tbs, algorithm, signature] = partsOf(der);
  const signer = keys.find((key) => isSigned(key, tbs, algorithm, signature));
  if (signer === undefined) throw new RevocationListError('unsigned');
  const { thisUpdate, nextUpdate, revoked, extensions } = fieldsOf(tbs, algorithm);
  if (extensions !== undefined) requireWholeList(extensions);
  return {
    signer,
    list: {
      issuedAt: timeOf(thisUpdate),
      nextUpdate: timeOf(nextUpdate),
      serials: serialsOf(revoked?.content ?? Buffer.alloc(0)),
    },
  };
}

/** A serial number as lists hold it. @param hex of any case, e.g. of an X509Certificate */
export function serialOf(hex: string): string {
  return hex.toLowerCase().replace(/^0+(?=.)/, '');
}

function partsOf(der: Buffer): readonly [DerItem, DerItem, DerItem] {
  return readable(() => {
    const [list, more] = derItems(der);
    const [tbs, algorithm, signature, rest] = derItems(list?.content ?? Buffer.alloc(0));
    if (list?.tag !== TAG.sequence || more !== undefined || rest !== undefined)
      throw new SyntaxError('not one list');
    if (tbs === undefined || algorithm === undefined || signature === undefined)
      throw new SyntaxError('a part of the list is missing');
    return [tbs, algorithm, signature];
  });
}

function isSigned(key: KeyObject, tbs: DerItem, algorithm: DerItem, signature: DerItem): boolean {
  const scheme = readable(() => schemeOf(AlgorithmIdentifier.fromBER(algorithm.whole)));
  const { digest } = scheme ?? {};
  const wholeBytes = signature.tag === TAG.bitString && signature.content[0] === 0;
  if (scheme === undefined || digest === undefined || !wholeBytes || !strongKey(key)) return false;
  return signatureHolds({ ...scheme, digest }, key, tbs.whole, signature.content.subarray(1));
}

/** The algorithm stands outside and inside what is signed, and must be the same (RFC 5280 §5.1.1.2). */
function fieldsOf(tbs: DerItem, algorithm: DerItem): Fields {
  return readable(() => {
    const items = derItems(tbs.content);
    takeIf(items, TAG.integer);
    const [signedAlgorithm, , thisUpdate, nextUpdate, ...rest] = items;
    const revoked = takeIf(rest, TAG.sequence);
    const extensions = takeIf(rest, TAG.extensions);
    if (rest.length > 0 || thisUpdate === undefined || nextUpdate === undefined)
      throw new SyntaxError('a field is missing or one too many');
    if (signedAlgorithm?.whole.equals(algorithm.whole) !== true)
      throw new SyntaxError('two algorithms are named');
    return { thisUpdate, nextUpdate, revoked, extensions };
  });
}

/** Takes the first item away where it has the tag of an optional field. */
function takeIf(items: DerItem[], tag: number): DerItem | undefined {
  return items[0]?.tag === tag ? items.shift() : undefined;
}

/** What is critical narrows a list to some certificates, some reasons, or what changed (RFC 5280 §5.2): none is understood. */
function requireWholeList({ content }: DerItem): void {
  const { extensions } = readable(() => Extensions.fromBER(content));
  if (extensions.some(({ critical }) => critical)) throw new RevocationListError('partial');
}

/** An absent next update leaves the time of the extensions in its place, which is no time. */
function timeOf({ whole }: DerItem): number {
  const at = readable(() => Time.fromBER(whole).value.getTime());
  if (!Number.isFinite(at)) throw new RevocationListError('unreadable');
  return at;
}

/** Whatever an entry says besides, the certificate is not to be relied on now, e.g. on hold. */
function serialsOf(entries: Buffer): ReadonlySet<string> {
  return readable(() => {
    const serials = new Set<string>();
    // By places: a million entries are read without an object of two buffers for each.
    for (let start = 0; start < entries.length;) {
      const entry = derPlaceAt(entries, start, entries.length);
      const serial = derPlaceAt(entries, entry.from, entry.to);
      if (serial.tag !== TAG.integer) throw new SyntaxError('an entry has no serial number');
      serials.add(serialOf(entries.toString('hex', serial.from, serial.to)));
      start = entry.to;
    }
    return serials;
  });
}

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof RevocationListError ? cause : new RevocationListError('unreadable', cause);
  }
}
