import { type NoteKey } from './note-key.ts';
import { type VerifiedSignature } from './signed-note.ts';

/** A log that a policy accepts. */
export interface PolicyLog {
  readonly key: NoteKey;
  readonly url: string | null;
}

/** A witness under the name that the policy file gives it. */
export interface PolicyWitness extends PolicyLog {
  readonly name: string;
}

/** Holds where at least `threshold` of its members do. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  /** Names of witnesses and of earlier groups. */
  readonly members: readonly string[];
}

/** Which checkpoints are believed (C2SP tlog-policy). */
export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** In the order of the file: a group names only what stands before it. */
  readonly groups: readonly PolicyGroup[];
  /** A witness or group; null where no witness is required (`quorum none`). */
  readonly quorum: string | null;
}

/**
 * Whether the witnesses that cosigned are a quorum of the policy. Two cosignatures of one witness count once.
 * @param verified what `verifyNote` found; signatures of keys that are no witness of the policy do not count
 */
export function policySatisfied(policy: WitnessPolicy, verified: readonly VerifiedSignature[]): boolean {
  if (policy.quorum === null) return true;
  const cosigned = new Set(verified.map(({ key }) => key.vkey));
  const holding = new Set(
    policy.witnesses.filter(({ key }) => cosigned.has(key.vkey)).map(({ name }) => name),
  );
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => holding.has(member)).length >= threshold) holding.add(name);
  }
  return holding.has(policy.quorum);
}
