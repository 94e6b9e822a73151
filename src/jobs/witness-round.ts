import { type StoredCheckpoint } from '../audit/audit-log.ts';
import { type PolicyWitness } from '../audit/note/witness-policy.ts';
import { proveConsistency } from '../audit/tree/consistency-proof.ts';
import { rootAt } from '../audit/tree/hash-source.ts';
import { type WitnessClient } from '../notary/witness-client.ts';
import { WitnessError } from '../notary/witness-error.ts';
import { type PushedLog } from './push-ports.ts';

/** One checkpoint on its way to one witness. */
export interface WitnessRound {
  readonly client: WitnessClient;
  readonly log: PushedLog;
  readonly checkpoint: StoredCheckpoint;
  readonly witness: PolicyWitness;
  /** Size that the witness is believed to have cosigned last. */
  readonly believed: number;
  readonly signal: AbortSignal | undefined;
}

/** `ahead`: the witness cosigned a larger tree of this log than there is; `differs`: it cosigned another one. */
export type RoundOutcome =
  | { readonly kind: 'cosigned' }
  | { readonly kind: 'disputed'; readonly reason: 'ahead' | 'differs'; readonly size: number };

/** A witness may have moved on since we heard of it, and once more while we ask. */
const MOST_TRIES = 3;

/**
 * Asks a witness for its cosignature, from the size that it names where it knows another one, and keeps what it gives.
 * @throws WitnessError when no usable answer came
 */
export async function askForCosignature(round: WitnessRound): Promise<RoundOutcome> {
  const { client, log, checkpoint, witness, signal } = round;
  let old = Math.min(round.believed, checkpoint.size);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const submission = { old, proof: proofFrom(log, old, checkpoint), note: checkpoint.note };
    const verdict = await client.submit(witness, submission, signal);
    if (verdict.kind === 'disputed') return { kind: 'disputed', reason: 'differs', size: old };
    if (verdict.kind === 'cosigned') {
      await log.cosigned(checkpoint.size, witness.key.name, verdict.line);
      return { kind: 'cosigned' };
    }
    if (verdict.size > checkpoint.size) return { kind: 'disputed', reason: 'ahead', size: verdict.size };
    old = verdict.size;
  }
  throw new WitnessError('malformed', { status: 409 });
}

function proofFrom({ reader }: PushedLog, old: number, checkpoint: StoredCheckpoint): readonly Buffer[] {
  if (old === 0) return [];
  return proveConsistency(reader, { size: old, root: rootAt(reader, old) }, checkpoint);
}
