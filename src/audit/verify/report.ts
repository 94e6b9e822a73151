import { type Finding } from './finding.ts';
import { type Verdict } from './findings.ts';
import { type NewestStamp } from './stamp-book.ts';

/** A checkpoint under which witnesses signed. */
export interface WitnessedCheckpoint {
  readonly size: number;
  /** Names of the witnesses whose signatures hold. */
  readonly witnesses: readonly string[];
  /** Whether they are as many as the policy asks for; false without a policy. */
  readonly quorum: boolean;
}

/** What was found of checkpoints. */
export interface CheckpointSummary {
  readonly count: number;
  /** Size of the newest that holds by itself; 0 where there is none. */
  readonly newest: number;
  /** The newest of those with cosignatures. */
  readonly witnessed: readonly WitnessedCheckpoint[];
  /** Checkpoints that meet the policy, and the size of the newest of them. */
  readonly quorums: number;
  readonly newestQuorum: number;
  /** Time stamps that hold, and the newest of them. */
  readonly stamps: number;
  readonly newestStamp: NewestStamp | null;
}

/**
 * How far the key of a log is known: `pinned` was kept elsewhere, `vouched` is named by a log whose key is pinned, `own` is
 * the log's own word, `none` is not there.
 */
export type KeyTrust = 'pinned' | 'vouched' | 'own' | 'none';

/** What opening personal parts found. */
export interface OpenedParts {
  readonly opened: number;
  /** Parts whose keys are destroyed or gone. */
  readonly withoutKeys: number;
  readonly partsPerSecond: number;
}

/** The verdict on one log, from one place where it is kept. */
export interface LogReport {
  readonly origin: string;
  readonly kept: 'database' | 'folder';
  /** File of the database, or folder of the log. */
  readonly place: string;
  readonly verdict: Verdict;
  /** Size and root (base64) as recomputed from the bytes of the leaves. */
  readonly size: number;
  readonly root: string;
  readonly firstBadIndex: number | null;
  readonly firstBadFile: string | null;
  readonly key: { readonly vkey: string | null; readonly trust: KeyTrust };
  readonly checkpoints: CheckpointSummary;
  /** Leaves that no checkpoint covers yet. */
  readonly unsignedTail: number;
  /** Leaves that no time stamp covers yet. */
  readonly unstampedTail: number;
  /** Personal parts that are gone although they are still to be kept. */
  readonly missingParts: number;
  /** Null unless parts were opened. */
  readonly opened: OpenedParts | null;
  readonly findings: readonly Finding[];
  /** Findings beyond those listed. */
  readonly findingsOmitted: number;
  readonly recordsPerSecond: number;
}

/** The verdict on all that was verified: as bad as the worst of its logs. */
export interface NodeReport {
  readonly verdict: Verdict;
  readonly logs: readonly LogReport[];
  /** Findings that belong to no log that is there. */
  readonly findings: readonly Finding[];
}
