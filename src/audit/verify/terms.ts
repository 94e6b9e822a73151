import { type NoteKey } from '../note/note-key.ts';
import { type WitnessPolicy } from '../note/witness-policy.ts';
import { type ChainParts } from '../time-stamp/certificate-chain.ts';
import { type GivenCheckpoint } from './given-checkpoint.ts';

/** What a verification is held to, and what it may rely on besides the log's own word. */
export interface Terms {
  /** Epoch milliseconds; decides which personal parts may have been destroyed. */
  readonly now: number;
  /** Keys of logs that were kept elsewhere; empty: the log's own word is all there is. */
  readonly keys: readonly NoteKey[];
  /** Undefined: no cosignature can be checked. */
  readonly policy: WitnessPolicy | undefined;
  /** Pinned roots of time-stamp authorities; undefined: tokens are not followed to a root. */
  readonly trusted: ChainParts | undefined;
  /** Checkpoints and proofs that were kept elsewhere. */
  readonly given: readonly GivenCheckpoint[];
  /** Called now and then with the number of leaves proven so far. */
  readonly onProgress?: ((origin: string, leaves: number) => void) | undefined;
}
