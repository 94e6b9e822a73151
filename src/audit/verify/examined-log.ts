import { type NoteKey } from '../note/note-key.ts';
import { type FindingCode } from './finding.ts';
import { type Findings } from './findings.ts';
import { type Ending, type Opening } from './life-trail.ts';
import { type CheckpointSummary, type KeyTrust, type LogReport, type OpenedParts } from './report.ts';
import { StampBook } from './stamp-book.ts';
import { type Terms } from './terms.ts';
import { WitnessCheck } from './witness-check.ts';

/** What the logs of a node share while they are verified, oldest first. */
export class NodeBooks {
  readonly terms: Terms;
  readonly witnesses: WitnessCheck;
  readonly stamps: StampBook;
  /** Kids whose keys leaves say were destroyed. */
  readonly destroyed = new Set<string>();

  /** What it means that a checkpoint kept elsewhere is of a longer log than is here. */
  readonly givenBeyond: FindingCode;

  constructor(terms: Terms, givenBeyond: FindingCode) {
    this.terms = terms;
    this.givenBeyond = givenBeyond;
    this.witnesses = new WitnessCheck(terms.policy);
    this.stamps = new StampBook(terms.trusted);
  }
}

/** A log that was walked; what the logs of its node say about it may still be added to its findings. */
export interface ExaminedLog {
  readonly origin: string;
  readonly kept: LogReport['kept'];
  readonly place: string;
  readonly findings: Findings;
  /** Leaves and root (base64) as walked; the log may claim more. */
  readonly size: number;
  readonly root: string;
  /** Whether every leaf was reached. */
  readonly whole: boolean;
  readonly opening: Opening | undefined;
  readonly ending: Ending | null;
  /** Time of the last leaf. */
  readonly lastTime: string;
  /** Time of the first leaf. */
  readonly firstTime: string;
  readonly key: NoteKey | undefined;
  readonly pinned: boolean;
  readonly checkpoints: CheckpointSummary;
  /** Told once every log was walked. */
  missingParts(): number;
  opened(): OpenedParts | null;
  readonly seconds: number;
}

/** The report on a log once its node was walked to the end. */
export function reportLog(log: ExaminedLog, trust: KeyTrust): LogReport {
  const { findings, checkpoints, size, origin, kept, place, root } = log;
  const unsignedTail = Math.max(0, size - checkpoints.newest);
  if (trust === 'own') findings.add('key-not-pinned');
  if (unsignedTail > 0) findings.add('tail-unsigned', { index: checkpoints.newest });
  const missingParts = log.missingParts();
  const opened = log.opened();
  return {
    origin,
    kept,
    place,
    verdict: findings.verdict,
    size,
    root,
    ...firstBad(findings),
    key: { vkey: log.key?.vkey ?? null, trust },
    checkpoints,
    unsignedTail,
    unstampedTail: Math.max(0, size - (checkpoints.newestStamp?.size ?? 0)),
    missingParts,
    opened,
    findings: findings.list(),
    findingsOmitted: findings.omitted,
    recordsPerSecond: log.seconds === 0 ? 0 : Math.round(size / log.seconds),
  };
}

function firstBad(findings: Findings): Pick<LogReport, 'firstBadIndex' | 'firstBadFile'> {
  const first = findings.first();
  return { firstBadIndex: first?.index ?? null, firstBadFile: first?.file ?? null };
}
