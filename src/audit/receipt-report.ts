import { type Sentence } from '../shared/problem.ts';
import { NoteFormatError } from './note/note-format-error.ts';
import {
  RECEIPT_CHECKS,
  RECEIPT_REASONS,
  type ReceiptCheckName,
  type ReceiptReason,
} from './receipt-reasons.ts';
import { ProofError } from './tree/proof-error.ts';

/** What a sound receipt proves beyond the answer itself. */
export interface ProvenReceipt {
  readonly queryId: string;
  readonly origin: string;
  readonly index: number;
  /** Leaves of the log at the checkpoint. */
  readonly size: number;
  /** When the leaf was recorded, by the log's clock. */
  readonly time: string;
  /** Who cosigned, and when in POSIX seconds. */
  readonly witnesses: readonly { readonly name: string; readonly seconds: number }[];
}

/** The verdict on a receipt, check by check. */
export interface ReceiptReport {
  /** `incomplete`: sound, but for witnesses that the policy asks for. */
  readonly verdict: 'sound' | 'not-sound' | 'incomplete';
  /** Witnesses are not checked without a policy, and nothing is after the first failure. */
  readonly checks: readonly {
    readonly name: ReceiptCheckName;
    readonly state: 'passed' | 'failed' | 'not-checked';
  }[];
  readonly code: ReceiptReason;
  readonly reason: Sentence;
  /** What exactly is wrong with a format, where that is the reason. */
  readonly detail: Sentence | null;
  /** Null unless everything but the witnesses holds. */
  readonly proven: ProvenReceipt | null;
}

/** How far a check came. */
export interface ReceiptEnding {
  readonly code: ReceiptReason;
  readonly passed: ReadonlySet<ReceiptCheckName>;
  readonly proven: ProvenReceipt | null;
  readonly cause?: unknown;
}

/** The report of a check that ended: with a fault, the first check that did not pass is the one that failed. */
export function reportReceipt({ code, passed, proven, cause }: ReceiptEnding): ReceiptReport {
  const names = Object.keys(RECEIPT_CHECKS) as ReceiptCheckName[];
  const failed = code === 'RECEIPT_SOUND' ? undefined : names.find((name) => !passed.has(name));
  const detail = cause instanceof NoteFormatError || cause instanceof ProofError ? cause.messages : null;
  return {
    verdict: verdictOf(code),
    checks: names.map((name) => ({ name, state: stateOf(name, passed, failed) })),
    code,
    reason: RECEIPT_REASONS[code],
    detail,
    proven,
  };
}

function verdictOf(code: ReceiptReason): ReceiptReport['verdict'] {
  if (code === 'RECEIPT_SOUND') return 'sound';
  return code === 'RECEIPT_NOT_WITNESSED' ? 'incomplete' : 'not-sound';
}

function stateOf(
  name: ReceiptCheckName,
  passed: ReadonlySet<ReceiptCheckName>,
  failed: ReceiptCheckName | undefined,
): ReceiptReport['checks'][number]['state'] {
  if (passed.has(name)) return 'passed';
  return name === failed ? 'failed' : 'not-checked';
}
