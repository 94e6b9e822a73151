import { type EvidenceReader } from '../audit-log.ts';
import { restoredSizeOf } from '../left-by-restore.ts';
import { type LeafType } from '../leaf.ts';
import { rootAt } from '../tree/hash-source.ts';
import { tryDecodeLeaf } from '../try-decode-leaf.ts';

/** Size and root (base64) that were signed beyond the end of a log, as the first leaf of the next one admits. */
export interface AdmittedTree {
  readonly size: number;
  readonly root: string;
}

/**
 * The part of a log that was signed once and that a restore cut off: leaves from `from` on, `size` excluded; Infinity where
 * nobody knows how many there were.
 */
export interface Cut {
  readonly from: number;
  readonly size: number;
}

/** The leaves of a log as they were sealed. */
export interface SealedLeaves {
  /** Index of the first leaf whose hash is another in the database; undefined where none of the sealed ones is. */
  firstDifference(reader: EvidenceReader): number | undefined;
}

/** What is written between a restore and the end of its log: a gateway does not serve such a log, its operators close it. */
const OF_OPERATORS: ReadonlySet<LeafType> = new Set<LeafType>([
  'act',
  'reading',
  'hold',
  'keydestroy',
  'rollover',
]);

/**
 * What a restore cut off a log, if its own end or the next one admits it. Undefined where nothing is admitted or nothing is lost, and where
 * the leaves that stand in place of the signed ones are not those of operators who closed the log: then nothing is excused.
 * @param admitted as the first leaf of the next log states it
 * @param sealed undefined where there is no evidence folder: the newest checkpoint that is left says from where on leaves may be lost
 */
export function findCut(
  reader: EvidenceReader,
  admitted: AdmittedTree | null,
  sealed: SealedLeaves | undefined,
): Cut | undefined {
  const restored = restoredSizeOf(reader);
  if (restored === undefined) return admittedCut(reader, admitted, sealed);
  return isOfOperators(reader, restored) ? { from: restored, size: Infinity } : undefined;
}

function admittedCut(
  reader: EvidenceReader,
  admitted: AdmittedTree | null,
  sealed: SealedLeaves | undefined,
): Cut | undefined {
  if (admitted === null || continues(reader, admitted)) return undefined;
  const { size } = admitted;
  const parted = sealed?.firstDifference(reader);
  if (parted !== undefined && !isOfOperators(reader, parted)) return undefined;
  const from = parted ?? reader.newestCheckpoint()?.size ?? 0;
  return from < size ? { from, size } : undefined;
}

/** Whether a tree of this size is of the part that was cut off. */
export function isCutOff(cut: Cut | undefined, size: number): boolean {
  return cut !== undefined && cut.from < size && size <= cut.size;
}

function continues(reader: EvidenceReader, { size, root }: AdmittedTree): boolean {
  if (size > reader.head().size) return false;
  try {
    return rootAt(reader, size).toString('base64') === root;
  } catch {
    // A size that is none, or hashes that are not there: the walk tells.
    return false;
  }
}

function isOfOperators(reader: EvidenceReader, from: number): boolean {
  for (const { bytes } of reader.leaves(from)) {
    const leaf = tryDecodeLeaf(bytes.toString('utf8'));
    if (leaf === undefined || !OF_OPERATORS.has(leaf.type)) return false;
  }
  return true;
}
