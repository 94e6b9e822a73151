import { type LeafFacts } from '../audit/leaf.ts';
import { type CosignedCheckpoint, type RecordFinding } from '../audit/witness/witness-state.ts';
import { type SizeAndTime } from '../audit/witness/witness-standing.ts';

/** A foreign log that the settings name, and what is recorded of it. */
export interface WitnessedLog extends RecordFinding {
  readonly origin: string;
}

/** A witness of our own log. */
export interface WitnessLine {
  readonly name: string;
  readonly url: string | null;
  /** The newest checkpoint that it cosigned; null for none. */
  readonly newest: SizeAndTime | null;
  /** Code of what failed while it was asked; null where nothing did, or it was not asked. */
  readonly lastError: string | null;
}

/** How the log stands with its time-stamp authority. Times are epoch milliseconds. */
export interface StampStanding {
  readonly configured: boolean;
  readonly stampedSize: number;
  readonly stampedAt: number | null;
  /** Records that no stamped checkpoint holds. */
  readonly unstamped: number;
  readonly firstFailedAt: number | null;
  readonly lastError: string | null;
  readonly stale: boolean;
}

/** Everything about witnesses that can be seen from beside the server. */
export interface WitnessReport {
  /** With which partners verify what we cosign; null before the first start. */
  readonly vkey: string | null;
  readonly witnessed: readonly WitnessedLog[];
  readonly origin: string;
  /** C2SP vkey of our log. */
  readonly logKey: string | null;
  readonly newest: SizeAndTime | null;
  readonly witnesses: readonly WitnessLine[];
  /** Whether the policy wants a quorum at all. */
  readonly quorumRequired: boolean;
  /** The newest checkpoint that a quorum cosigned; null for none. */
  readonly quorum: SizeAndTime | null;
  readonly stamps: StampStanding;
}

/** What one round at the witnesses gave. */
export interface PushReport {
  readonly outcome: 'not-configured' | 'nothing-yet' | 'quorum' | 'no-quorum' | 'failed';
  readonly witnesses: readonly WitnessLine[];
  /** What is to be recorded; the running server does it when it meets the same. */
  readonly noticed: readonly LeafFacts[];
}

/** Both sides of witnessing as a command sees them. */
export interface WitnessDesk {
  report(): Promise<WitnessReport>;
  examine(origin: string): Promise<RecordFinding>;
  /** Goes on from what `examine` found; call it once the operator's act is recorded. */
  accept(origin: string): Promise<CosignedCheckpoint | undefined>;
  push(): Promise<PushReport>;
  close(): Promise<void>;
}
