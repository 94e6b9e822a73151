import { VERIFICATION, type VerificationReason } from '../verification-reasons.ts';
import { type FindingText, type Severity } from './finding-text.ts';
import { COMPARE_TEXTS } from './texts/compare-texts.ts';
import { EXTERNAL_TEXTS } from './texts/external-texts.ts';
import { FOLDER_TEXTS } from './texts/folder-texts.ts';
import { LOG_TEXTS } from './texts/log-texts.ts';
import { PART_TEXTS } from './texts/part-texts.ts';

/** The endings of a walk that leave something to be said. */
type TreeFault = Exclude<VerificationReason, 'sound'>;

const MISSING: ReadonlySet<string> = new Set<TreeFault>(['root-missing', 'part-missing']);

const TREE_TEXTS = Object.fromEntries(
  Object.entries(VERIFICATION)
    .filter(([code]) => code !== 'sound')
    .map(([code, text]) => [code, { severity: MISSING.has(code) ? 'incomplete' : 'tampered', text }]),
) as Record<TreeFault, FindingText>;

/** Every finding that a verification can report. */
export const FINDINGS = {
  ...TREE_TEXTS,
  ...LOG_TEXTS,
  ...PART_TEXTS,
  ...EXTERNAL_TEXTS,
  ...FOLDER_TEXTS,
  ...COMPARE_TEXTS,
} as const;

/** Stable name of a finding. */
export type FindingCode = keyof typeof FINDINGS;

/** Where a finding is, as far as it has a place. */
export interface Place {
  /** Index of the leaf, or of the first leaf that may be wrong. */
  readonly index?: number | undefined;
  /** Where only a range is known: the index after its last leaf. */
  readonly until?: number | undefined;
  /** A file of the evidence folder, below the folder of its log; a file that was given; or that of the database. */
  readonly file?: string | undefined;
  /** The row in a database, e.g. `audit_checkpoint size=5`. */
  readonly row?: string | undefined;
}

/** Something that a verification has found. */
export interface Finding extends Place {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What is wrong in detail, e.g. the fault of a signature; null where the code says it all. */
  readonly cause: string | null;
  readonly tr: string;
  readonly en: string;
}

/** A finding with its sentences. @param cause code of what lies behind it */
export function createFinding(code: FindingCode, place: Place, cause: string | null): Finding {
  const { severity, text } = FINDINGS[code];
  return { code, severity, ...place, cause, tr: text.tr, en: text.en };
}
