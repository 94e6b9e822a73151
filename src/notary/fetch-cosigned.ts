import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { parseNote, verifyNote } from '../audit/note/signed-note.ts';
import { type PolicyWitness } from '../audit/note/witness-policy.ts';
import { originHash } from '../audit/witness/witness.ts';
import { askWitness, type WitnessAccess } from './ask-witness.ts';
import { WitnessError } from './witness-error.ts';

/** Which log a witness is asked about, and how. */
export interface CosignedQuestion {
  readonly origin: string;
  readonly access: WitnessAccess;
  readonly timeoutMilliseconds: number;
}

/**
 * The newest note of a log that a witness cosigned, with its cosignature, which is checked; undefined where it cosigned none.
 * @throws WitnessError when no usable answer came, also from a witness that does not tell
 */
export async function fetchCosigned(
  { url, key }: PolicyWitness,
  { origin, access, timeoutMilliseconds }: CosignedQuestion,
): Promise<string | undefined> {
  const address = `${(url ?? '').replace(/\/$/, '')}/${originHash(origin)}/checkpoint`;
  if (!URL.canParse(address))
    throw new WitnessError('unreachable', { cause: 'the policy gives no usable URL' });
  const { status, body } = await askWitness({
    url: new URL(address),
    body: null,
    access,
    timeoutMilliseconds,
  });
  if (status === 404) return undefined;
  if (status !== 200) throw new WitnessError('refused', { status });
  try {
    verifyNote(parseNote(body), [key]);
    return body;
  } catch (cause) {
    if (!(cause instanceof NoteFormatError)) throw cause;
    throw new WitnessError('cosignature-invalid', { status, cause });
  }
}
