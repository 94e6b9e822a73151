import { NoteFormatError } from '../note/note-format-error.ts';
import { parseSignatureLine } from '../note/signature-line.ts';
import { type VerifiedSignature, verifyNote } from '../note/signed-note.ts';
import { policySatisfied, type WitnessPolicy } from '../note/witness-policy.ts';
import { type FindingCode } from './finding.ts';

/** What is wrong with a cosignature. */
export type CosignatureFault = Extract<
  FindingCode,
  'cosignature-invalid' | 'cosignature-unknown' | 'policy-missing'
>;

/** Checks what witnesses signed under checkpoints against a policy. */
export class WitnessCheck {
  readonly policy: WitnessPolicy | undefined;

  constructor(policy: WitnessPolicy | undefined) {
    this.policy = policy;
  }

  /**
   * One signature line under a checkpoint.
   * @param text of the checkpoint's note
   * @param name under which the line is kept; null where it says itself
   */
  check(text: string, line: string, name: string | null): VerifiedSignature | CosignatureFault {
    try {
      const signature = parseSignatureLine(line);
      if (name !== null && signature.name !== name) return 'cosignature-invalid';
      if (this.policy === undefined) return 'policy-missing';
      const key = this.policy.witnesses
        .map((witness) => witness.key)
        .find((one) => one.name === signature.name && one.id === signature.id);
      if (key === undefined) return 'cosignature-unknown';
      const [verified] = verifyNote({ text, signatures: [signature] }, [key]);
      return verified ?? 'cosignature-invalid';
    } catch (thrown) {
      if (thrown instanceof NoteFormatError) return 'cosignature-invalid';
      throw thrown;
    }
  }

  /** Whether a policy asks for witnesses, and these are enough. */
  isQuorum(verified: readonly VerifiedSignature[]): boolean {
    if (this.policy === undefined || this.policy.quorum === null) return false;
    return policySatisfied(this.policy, verified);
  }
}
