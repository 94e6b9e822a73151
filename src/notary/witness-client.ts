import pRetry from 'p-retry';
import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { verifyNote } from '../audit/note/signed-note.ts';
import { decodeDecimal } from '../audit/note/strict-text.ts';
import { type PolicyWitness } from '../audit/note/witness-policy.ts';
import { cosignatureLines, encodeAddCheckpoint, SIZE_TYPE } from '../audit/witness/add-checkpoint.ts';
import { askWitness, type WitnessAccess, type WitnessReply } from './ask-witness.ts';
import { WitnessError } from './witness-error.ts';

/** A request for one cosignature. */
export interface Submission {
  /** Size that the witness is believed to have cosigned last; 0 for none. */
  readonly old: number;
  readonly proof: readonly Buffer[];
  /** The signed checkpoint, with the log's own signature. */
  readonly note: string;
}

/**
 * What a witness said to a log. `cosigned`: its verified line, without newline; `stale`: the size it cosigned last;
 * `disputed`: the tree does not continue what it cosigned.
 */
export type WitnessVerdict =
  | { readonly kind: 'cosigned'; readonly line: string }
  | { readonly kind: 'stale'; readonly size: number }
  | { readonly kind: 'disputed' };

/** Asks witnesses for their cosignatures. */
export interface WitnessClient {
  /** @throws WitnessError when no usable answer came */
  submit(witness: PolicyWitness, submission: Submission, signal?: AbortSignal): Promise<WitnessVerdict>;
}

/** How a client asks. */
export interface WitnessClientOptions {
  /** Asked before each call, since certificates are renewed. */
  readonly access: () => WitnessAccess;
  readonly timeoutMilliseconds: number;
  /** Pause before a connection that failed is tried a second and last time. */
  readonly retryMilliseconds: number;
}

/** Asks over HTTPS with our own client certificate (C2SP tlog-witness, add-checkpoint). */
export class HttpsWitnessClient implements WitnessClient {
  readonly #options: WitnessClientOptions;

  constructor(options: WitnessClientOptions) {
    this.#options = options;
  }

  async submit(
    witness: PolicyWitness,
    submission: Submission,
    signal?: AbortSignal,
  ): Promise<WitnessVerdict> {
    const { access, timeoutMilliseconds, retryMilliseconds } = this.#options;
    const body = encodeAddCheckpoint(submission.old, submission.proof, submission.note);
    const question = { url: addressOf(witness), body, access: access(), timeoutMilliseconds, signal };
    const reply = await pRetry(async () => askWitness(question), {
      retries: 1,
      minTimeout: retryMilliseconds,
      shouldRetry: ({ error }) => error instanceof WitnessError && error.code === 'unreachable',
    });
    return verdictOf(reply, witness.key, submission.note);
  }
}

function addressOf({ url }: PolicyWitness): URL {
  const address = `${(url ?? '').replace(/\/$/, '')}/add-checkpoint`;
  if (!URL.canParse(address))
    throw new WitnessError('unreachable', { cause: 'the policy gives no usable URL' });
  return new URL(address);
}

function verdictOf({ status, type, body }: WitnessReply, key: NoteKey, note: string): WitnessVerdict {
  if (status === 200) return { kind: 'cosigned', line: cosignatureOf(body, key, note) };
  if (status === 422) return { kind: 'disputed' };
  if (status !== 409) throw new WitnessError('refused', { status });
  const size = body.endsWith('\n') ? decodeDecimal(body.slice(0, -1)) : undefined;
  if (type !== SIZE_TYPE || size === undefined || size === Infinity)
    throw new WitnessError('malformed', { status });
  return { kind: 'stale', size };
}

/** The line of the witness's key. Lines of other keys are ignored; one of this key that does not hold spoils the answer. */
function cosignatureOf(answer: string, key: NoteKey, note: string): string {
  try {
    const lines = cosignatureLines(note, answer);
    verifyNote(lines, [key]);
    const own = lines.signatures.find(({ name, id }) => name === key.name && id === key.id);
    if (own !== undefined) return own.line;
  } catch (cause) {
    if (!(cause instanceof NoteFormatError)) throw cause;
    throw new WitnessError('cosignature-invalid', { status: 200, cause });
  }
  throw new WitnessError('cosignature-invalid', { status: 200 });
}
