import { NoteFormatError } from '../note/note-format-error.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { verifyInclusion } from '../tree/inclusion-proof.ts';
import { ProofError } from '../tree/proof-error.ts';
import { type Cut, isCutOff } from './cut.ts';
import { type FindingCode } from './finding.ts';
import { type Findings } from './findings.ts';
import { type GivenCheckpoint } from './given-checkpoint.ts';
import { type LogIdentity } from './log-identity.ts';
import { type RootClaim } from './root-claims.ts';

interface Given {
  readonly given: readonly GivenCheckpoint[];
  readonly beyond: FindingCode;
  readonly cut: Cut | undefined;
}

/** What checkpoints kept elsewhere claim about a log; those that its key did not sign are findings and claim nothing. */
export function givenClaims(
  { given, beyond, cut }: Given,
  { origin, key }: LogIdentity,
  findings: Findings,
): readonly RootClaim[] {
  return given
    .filter((one) => one.origin === origin)
    .flatMap(({ file, note, tree }) => {
      if (key !== undefined && !isSigned(note, key)) {
        findings.add('given-signature', { file });
        return [];
      }
      const codes = isCutOff(cut, tree.size)
        ? ({ contradicts: 'given-cut', beyond: 'given-cut' } as const)
        : ({ contradicts: 'given-contradicts', beyond } as const);
      return [{ ...tree, place: { file }, ...codes }];
    });
}

function isSigned(note: string, key: NonNullable<LogIdentity['key']>): boolean {
  try {
    return verifyNote(parseNote(note), [key]).length > 0;
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return false;
    throw thrown;
  }
}

/**
 * Ties the leaf that each proof kept elsewhere is about, as it is stored here, to the checkpoint of that proof.
 * @param hashAt hash of a stored leaf; undefined where there is none
 */
export function checkGivenProofs(
  given: readonly GivenCheckpoint[],
  origin: string,
  hashAt: (index: number) => Buffer | undefined,
  findings: Findings,
): void {
  for (const { file, origin: named, tree, proof } of given) {
    if (proof === undefined || named !== origin) continue;
    const hash = hashAt(proof.index);
    // A leaf that is not there is told by the claim of the checkpoint.
    if (hash === undefined) continue;
    try {
      verifyInclusion({ index: proof.index, ...tree }, hash, proof.hashes);
    } catch (thrown) {
      if (!(thrown instanceof ProofError)) throw thrown;
      findings.add('given-not-included', { file, index: proof.index });
    }
  }
}
