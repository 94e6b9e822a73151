import { parseCheckpoint } from '../note/checkpoint.ts';
import { NoteFormatError } from '../note/note-format-error.ts';
import { parseNote } from '../note/signed-note.ts';
import { type TreeState } from '../tree/consistency-proof.ts';
import { ProofError } from '../tree/proof-error.ts';
import { parseTlogProof, type TlogProof } from '../tree/tlog-proof.ts';

/** A checkpoint that somebody kept elsewhere: alone, or below a proof of one leaf. Not believed until its signature holds. */
export interface GivenCheckpoint {
  /** As the person who gave it calls it. */
  readonly file: string;
  readonly origin: string;
  readonly tree: TreeState;
  /** The note with all its signature lines. */
  readonly note: string;
  /** Undefined for a checkpoint alone. */
  readonly proof: TlogProof | undefined;
}

const PROOF_BEGINS = 'c2sp.org/tlog-proof@';

/** Reads a checkpoint or a `.tlog-proof`; undefined when the bytes are neither. */
export function readGivenCheckpoint(file: string, bytes: Buffer): GivenCheckpoint | undefined {
  try {
    const isProof = bytes.subarray(0, PROOF_BEGINS.length).toString('latin1') === PROOF_BEGINS;
    const proof = isProof ? parseTlogProof(bytes) : undefined;
    const note = proof?.checkpoint ?? bytes.toString('utf8');
    const { origin, size, root } = parseCheckpoint(parseNote(note).text);
    return { file, origin, tree: { size, root }, note, proof };
  } catch (thrown) {
    if (thrown instanceof NoteFormatError || thrown instanceof ProofError) return undefined;
    throw thrown;
  }
}
