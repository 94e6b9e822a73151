import { type EvidenceReader, type StoredCheckpoint } from '../audit-log.ts';
import { NoteFormatError } from '../note/note-format-error.ts';
import { type NoteKey } from '../note/note-key.ts';
import { encodeNote, parseNote, type VerifiedSignature, verifyNote } from '../note/signed-note.ts';
import { parseSignatureLine } from '../note/signature-line.ts';
import { policySatisfied, type WitnessPolicy } from '../note/witness-policy.ts';

/** A checkpoint of which something is said. */
export interface SizeAndTime {
  readonly size: number;
  /** Epoch milliseconds at which the cosignature was received. */
  readonly at: number;
}

/** What the stored cosignatures of a log say about its witnesses. */
export interface WitnessStanding {
  /** The newest checkpoint that each witness of the policy cosigned, by the witness's vkey. */
  readonly newest: ReadonlyMap<string, SizeAndTime>;
  /** The newest checkpoint under which the witnesses that cosigned it are a quorum; null where there is none. */
  readonly quorum: SizeAndTime | null;
}

/** Checkpoints that are looked at for the newest quorum. */
const MOST_LOOKED_AT = 1_000;

/** Reads what is stored; verifies the cosignatures of the quorum, newest checkpoint first. */
export function witnessStanding(reader: EvidenceReader, policy: WitnessPolicy): WitnessStanding {
  const newest = new Map<string, SizeAndTime>();
  const times = new Map<number, number>();
  for (const { size, line, at } of reader.cosignatures()) {
    const key = keyOf(line, policy);
    if (key === undefined) continue;
    newest.set(key.vkey, { size, at });
    times.set(size, Math.max(at, times.get(size) ?? 0));
  }
  const looked = [...times].reverse().slice(0, MOST_LOOKED_AT);
  const held = looked.find(([size]) => {
    const checkpoint = reader.checkpointFrom(size);
    return checkpoint?.size === size && hasQuorum(reader, checkpoint, policy);
  });
  return { newest, quorum: held === undefined ? null : { size: held[0], at: held[1] } };
}

/** Whether the witnesses whose stored cosignatures of a checkpoint hold are a quorum of the policy. */
export function hasQuorum(
  reader: Pick<EvidenceReader, 'cosignaturesAt'>,
  { size, note }: StoredCheckpoint,
  policy: WitnessPolicy,
): boolean {
  const { text } = parseNote(note);
  const verified = reader.cosignaturesAt(size).flatMap(({ line }) => verifiedLine(text, line, policy));
  return policySatisfied(policy, verified);
}

/** The witness whose line this is by name and id; says nothing about whether it holds. */
export function keyOf(line: string, { witnesses }: WitnessPolicy): NoteKey | undefined {
  const { name, id } = parseSignatureLine(line);
  return witnesses.find(({ key }) => key.name === name && key.id === id)?.key;
}

/** One line at a time, so that one that does not hold leaves the others what they are. */
function verifiedLine(
  text: string,
  line: string,
  { witnesses }: WitnessPolicy,
): readonly VerifiedSignature[] {
  try {
    return verifyNote(
      parseNote(encodeNote(text, [line])),
      witnesses.map(({ key }) => key),
    );
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return [];
    throw thrown;
  }
}
