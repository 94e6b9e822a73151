import { NoteFormatError } from '../note/note-format-error.ts';
import { decodeBase64, decodeDecimal, MAX_NOTE_BYTES, readText } from '../note/strict-text.ts';
import { isCount, isHash, requireHashes } from './proof-hashes.ts';

/** A proof of one leaf that can be checked offline (C2SP tlog-proof). Says nothing about whether it holds. */
export interface TlogProof {
  /** Not authenticated by anything: never to be believed. */
  readonly extra?: Buffer | undefined;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** The signed checkpoint as it was given, with all its signature lines. */
  readonly checkpoint: string;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';

/**
 * The text of a proof file.
 * @throws NoteFormatError when it would not be read back as the same proof; ProofError PROOF_NOT_HASHES
 */
export function encodeTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  if (!isCount(index)) throw new NoteFormatError('PROOF_INDEX_TOO_LARGE');
  const text = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [EXTRA + extra.toString('base64')]),
    INDEX + String(index),
    ...requireHashes(hashes).map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n');
  parseTlogProof(text);
  return text;
}

/**
 * Reads a proof file of at most 1 MiB; accepts only what `encodeTlogProof` writes. The checkpoint is cut out, not read.
 * @throws NoteFormatError PROOF_*, NOTE_TOO_LARGE, NOTE_NOT_TEXT; ProofError PROOF_NOT_HASHES above 63 hashes
 */
export function parseTlogProof(input: Buffer | string): TlogProof {
  const text = readText(input, MAX_NOTE_BYTES);
  const split = text.indexOf('\n\n');
  const checkpoint = text.slice(split + 2);
  if (split < 0 || checkpoint === '') throw new NoteFormatError('PROOF_MALFORMED');
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== FIRST_LINE) throw new NoteFormatError('PROOF_MALFORMED');
  const extra = lines[0]?.startsWith(EXTRA) === true ? extraOf(lines.shift() ?? '') : undefined;
  const index = indexOf(lines.shift() ?? '');
  return { extra, index, hashes: requireHashes(lines.map(hashOf)), checkpoint };
}

function extraOf(line: string): Buffer {
  const extra = decodeBase64(line.slice(EXTRA.length));
  // Without extra data the line is left out.
  if (extra === undefined || extra.length === 0) throw new NoteFormatError('PROOF_MALFORMED');
  return extra;
}

function indexOf(line: string): number {
  const index = line.startsWith(INDEX) ? decodeDecimal(line.slice(INDEX.length)) : undefined;
  if (index === undefined) throw new NoteFormatError('PROOF_MALFORMED');
  if (index === Infinity) throw new NoteFormatError('PROOF_INDEX_TOO_LARGE');
  return index;
}

function hashOf(line: string): Buffer {
  const hash = decodeBase64(line);
  if (hash === undefined || !isHash(hash)) throw new NoteFormatError('PROOF_MALFORMED');
  return hash;
}
