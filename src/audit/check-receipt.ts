import { commitAnswer } from './commitment.ts';
import { decodeLeaf, type Leaf } from './leaf.ts';
import { leafHash } from './merkle.ts';
import { type Checkpoint, parseCheckpoint } from './note/checkpoint.ts';
import { NoteFormatError } from './note/note-format-error.ts';
import { type NoteKey } from './note/note-key.ts';
import { parseNote, type SignedNote, type VerifiedSignature, verifyNote } from './note/signed-note.ts';
import { policySatisfied, type WitnessPolicy } from './note/witness-policy.ts';
import { readReceiptAnswer, type ReceiptAnswer } from './receipt-answer.ts';
import { type ReceiptCheckName, ReceiptFault } from './receipt-reasons.ts';
import { type ProvenReceipt, type ReceiptReport, reportReceipt } from './receipt-report.ts';
import { verifyInclusion } from './tree/inclusion-proof.ts';
import { ProofError } from './tree/proof-error.ts';
import { parseTlogProof, type TlogProof } from './tree/tlog-proof.ts';

/** What a partner holds, and whom it trusts. Nothing else is needed: no gateway, no network, no clock. */
export interface ReceiptEvidence {
  /** JSON text of the answer as it was received. */
  readonly answer: string;
  /** The `.tlog-proof` file of the query. */
  readonly proof: Buffer | string;
  /** Keys of logs; those under other names than the receipt's origin are not used. */
  readonly keys: readonly NoteKey[];
  /** Undefined: no witness is asked for. */
  readonly policy?: WitnessPolicy | undefined;
}

type Passed = (name: ReceiptCheckName) => void;

/**
 * Checks an answer against its receipt: the leaf is in a log that a trusted key signed, it records this very query, and it
 * commits to exactly these data. Never throws for what the evidence holds.
 */
export function checkReceipt(evidence: ReceiptEvidence): ReceiptReport {
  const passed = new Set<ReceiptCheckName>();
  let proven: ProvenReceipt | null = null;
  try {
    const found = prove(evidence, (name) => passed.add(name));
    proven = found.proven;
    if (evidence.policy !== undefined) {
      requireWitnesses(evidence.policy, found.verified);
      passed.add('witnesses');
    }
    return reportReceipt({ code: 'RECEIPT_SOUND', passed, proven });
  } catch (thrown) {
    if (!(thrown instanceof ReceiptFault)) throw thrown;
    return reportReceipt({ code: thrown.code, passed, proven, cause: thrown.cause });
  }
}

function prove(
  evidence: ReceiptEvidence,
  passed: Passed,
): { proven: ProvenReceipt; verified: readonly VerifiedSignature[] } {
  const answer = readReceiptAnswer(evidence.answer);
  const { origin, index, leaf: bytes } = answer.receipt;
  passed('answer');
  const proof = readProof(evidence.proof, index);
  passed('proof');
  const { checkpoint, verified } = openCheckpoint(proof.checkpoint, origin, evidence);
  passed('checkpoint');
  requireIncluded(bytes, proof, checkpoint);
  passed('inclusion');
  const leaf = readLeaf(bytes);
  passed('leaf');
  requireSame(answer, leaf, passed);
  const witnesses = verified.flatMap(({ key, seconds }) =>
    seconds === null ? [] : [{ name: key.name, seconds }],
  );
  const { queryId } = answer;
  return { proven: { queryId, origin, index, size: checkpoint.size, time: leaf.time, witnesses }, verified };
}

function readProof(input: Buffer | string, index: number): TlogProof {
  const proof = orFault('RECEIPT_PROOF_UNREADABLE', () => parseTlogProof(input));
  if (proof.index !== index) throw new ReceiptFault('RECEIPT_OTHER_INDEX');
  return proof;
}

/** The text of a note is not looked at before a key of the log that the receipt names has signed for it. */
function openCheckpoint(
  text: string,
  origin: string,
  { keys, policy }: ReceiptEvidence,
): { checkpoint: Checkpoint; verified: readonly VerifiedSignature[] } {
  const note = orFault('RECEIPT_CHECKPOINT_UNREADABLE', () => parseNote(text));
  const logKeys = keys.filter(({ name, type }) => name === origin && type === 'ed25519');
  const verified = verifySignatures(note, [...logKeys, ...(policy?.witnesses ?? []).map(({ key }) => key)]);
  const signers = verified.filter(({ key }) => logKeys.some(({ vkey }) => vkey === key.vkey));
  if (signers.length === 0) throw new ReceiptFault('RECEIPT_NOT_SIGNED');
  requireListed(signers, policy);
  const checkpoint = orFault('RECEIPT_CHECKPOINT_UNREADABLE', () => parseCheckpoint(note.text));
  if (checkpoint.origin !== origin) throw new ReceiptFault('RECEIPT_OTHER_ORIGIN');
  return { checkpoint, verified };
}

function verifySignatures(note: SignedNote, keys: readonly NoteKey[]): readonly VerifiedSignature[] {
  try {
    return verifyNote(note, keys);
  } catch (thrown) {
    if (!(thrown instanceof NoteFormatError)) throw thrown;
    const unsigned = thrown.code === 'NOTE_UNTRUSTED';
    throw new ReceiptFault(unsigned ? 'RECEIPT_NOT_SIGNED' : 'RECEIPT_SIGNATURE_INVALID', thrown);
  }
}

/** A policy that names logs accepts no other (C2SP tlog-policy). */
function requireListed(signers: readonly VerifiedSignature[], policy: WitnessPolicy | undefined): void {
  const logs = policy?.logs ?? [];
  const listed = signers.some((signer) => logs.some(({ key }) => key.vkey === signer.key.vkey));
  if (logs.length > 0 && !listed) throw new ReceiptFault('RECEIPT_LOG_NOT_IN_POLICY');
}

function requireIncluded(leaf: Buffer, { index, hashes }: TlogProof, { size, root }: Checkpoint): void {
  orFault('RECEIPT_NOT_INCLUDED', () => {
    verifyInclusion({ index, size, root }, leafHash(leaf), hashes);
  });
}

function readLeaf(bytes: Buffer): Leaf {
  try {
    const leaf = decodeLeaf(bytes) as Leaf | null;
    if (leaf === null || (leaf.type !== 'disclosure' && leaf.type !== 'repeat')) {
      throw new ReceiptFault('RECEIPT_OTHER_TYPE');
    }
    return leaf;
  } catch (thrown) {
    throw thrown instanceof ReceiptFault ? thrown : new ReceiptFault('RECEIPT_LEAF_UNREADABLE', thrown);
  }
}

function requireSame(answer: ReceiptAnswer, leaf: Leaf, passed: Passed): void {
  const { id, version, hash } = answer.agreement;
  if (leaf.queryId !== answer.queryId) throw new ReceiptFault('RECEIPT_OTHER_QUERY');
  passed('query');
  if (leaf.agreement !== id || leaf.agreementVersion !== version || leaf.agreementHash !== hash) {
    throw new ReceiptFault('RECEIPT_OTHER_AGREEMENT');
  }
  passed('agreement');
  if (leaf.purpose !== answer.purpose) throw new ReceiptFault('RECEIPT_OTHER_PURPOSE');
  passed('purpose');
  if (leaf.outcome !== answer.outcome) throw new ReceiptFault('RECEIPT_OTHER_OUTCOME');
  passed('outcome');
  const commitment = commitAnswer(answer.receipt.opening, answer.committed);
  if (leaf.answer !== commitment.toString('base64')) throw new ReceiptFault('RECEIPT_OTHER_DATA');
  passed('opening');
}

function requireWitnesses(policy: WitnessPolicy, verified: readonly VerifiedSignature[]): void {
  if (!policySatisfied(policy, verified)) throw new ReceiptFault('RECEIPT_NOT_WITNESSED');
}

function orFault<Result>(code: ReceiptFault['code'], work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof NoteFormatError || thrown instanceof ProofError)
      throw new ReceiptFault(code, thrown);
    throw thrown;
  }
}
