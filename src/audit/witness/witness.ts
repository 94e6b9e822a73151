import { hash } from 'node:crypto';
import { type Clock } from '../../shared/clock.ts';
import { type Logger } from '../../shared/logger.ts';
import { encodeCheckpoint } from '../note/checkpoint.ts';
import { type LeafFacts } from '../leaf.ts';
import { NoteFormatError } from '../note/note-format-error.ts';
import { type NoteKey } from '../note/note-key.ts';
import { type Cosigner } from '../note/note-signer.ts';
import { encodeNote, type SignedNote, verifyNote } from '../note/signed-note.ts';
import { type WitnessPolicy } from '../note/witness-policy.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { judgeCheckpoint, NOTHING_COSIGNED, type Suspicion } from './judge-checkpoint.ts';
import { type CosignedCheckpoint, WitnessStateError, type WitnessState } from './witness-state.ts';

/** What a witness answers; `stale` tells the size that it cosigned last, `cosigned` the signature lines with newlines. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'stale'; readonly size: number }
  | { readonly kind: 'unknown-log' | 'untrusted' | 'malformed' | 'inconsistent' };

/** Keeps the notes that logs signed and that were refused: who signed two histories cannot deny it. */
export interface ConflictShelf {
  /** False where the note is kept already, or where as many as are kept of a log are there. */
  wants(origin: string, note: string, suspicion: Suspicion): boolean;
  /** On the disk when it returns. */
  keep(origin: string, note: string): void;
}

/** What a witness works with. */
export interface WitnessParts {
  readonly cosigner: Cosigner;
  /** The logs that are cosigned, as they stand now. */
  readonly policy: () => WitnessPolicy;
  readonly state: WitnessState;
  readonly shelf: ConflictShelf;
  /** Appends a `witness` leaf; durable when it resolves. */
  readonly record: (facts: LeafFacts) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the record of a log is named by where a name must not hold slashes: lower-case hex. */
export function originHash(origin: string): string {
  return hash('sha256', Buffer.from(origin, 'utf8'), 'hex');
}

/** Longest origin of a log that is cosigned: its record must fit tables and leaves. */
export const MAX_ORIGIN = 255;

/** Cosigns the checkpoints of other logs as long as each continues the one before (C2SP tlog-witness). */
export class Witness {
  readonly #parts: WitnessParts;
  /** The last request of each log that is under way: they are served one after the other. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** C2SP vkey with which the cosignatures are verified. */
  get vkey(): string {
    return this.#parts.cosigner.vkey;
  }

  /**
   * @param agency id of the agency that asks; told in what is recorded of a fork
   * @throws WitnessStateError when it is uncertain what was cosigned of this log; alarmed
   */
  async addCheckpoint(body: Buffer, agency: string): Promise<WitnessAnswer> {
    const asked = parseAddCheckpoint(body);
    if (asked === undefined) return { kind: 'malformed' };
    const { origin } = asked.checkpoint;
    const keys = this.#keysOf(origin);
    if (keys.length === 0) return { kind: 'unknown-log' };
    const trusted = trustedLines(asked.note, keys);
    if (trusted === undefined) return { kind: 'untrusted' };
    return this.#inTurn(origin, async () => this.#answer(asked, trusted, agency));
  }

  /**
   * The newest cosigned note of a log.
   * @param name `originHash` of its origin
   * @throws WitnessStateError
   */
  async newest(name: string): Promise<string | undefined> {
    const log = this.#parts.policy().logs.find(({ key }) => originHash(key.name) === name);
    return log === undefined ? undefined : (await this.#recorded(log.key.name))?.note;
  }

  #keysOf(origin: string): readonly NoteKey[] {
    if (origin.length > MAX_ORIGIN) return [];
    const { logs } = this.#parts.policy();
    return logs.map(({ key }) => key).filter(({ name }) => name === origin);
  }

  async #inTurn<Result>(origin: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#underWay.get(origin) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#underWay.set(origin, turn);
    try {
      return await turn;
    } finally {
      if (this.#underWay.get(origin) === turn) this.#underWay.delete(origin);
    }
  }

  async #answer(asked: AddCheckpoint, lines: readonly string[], agency: string): Promise<WitnessAnswer> {
    const { checkpoint } = asked;
    const recorded = await this.#recorded(checkpoint.origin);
    const judgement = judgeCheckpoint(asked, recorded ?? NOTHING_COSIGNED);
    if (judgement.kind === 'consistent') return this.#cosign(asked, lines, recorded, agency);
    if (judgement.suspicion !== null) {
      await this.#alarm(asked, lines, { ...judgement.suspicion, recorded, agency });
    }
    if (judgement.kind !== 'stale') return { kind: judgement.kind };
    return { kind: 'stale', size: recorded?.size ?? 0 };
  }

  /** Signs a re-encoding of what was understood, never the bytes that arrived. */
  async #cosign(
    asked: AddCheckpoint,
    lines: readonly string[],
    recorded: CosignedCheckpoint | undefined,
    agency: string,
  ): Promise<WitnessAnswer> {
    const { cosigner, state, clock } = this.#parts;
    const { checkpoint } = asked;
    const text = encodeCheckpoint(checkpoint);
    const at = clock.now();
    const line = cosigner.cosign(text, Math.floor(at / 1000));
    const answer = { kind: 'cosigned', lines: `${line}\n` } as const;
    if (recorded?.size === checkpoint.size) return answer;
    const to = { ...checkpoint, note: encodeNote(text, [...lines, line]), at };
    // Dies the process before this resolves, nobody has the cosignature; after it, no smaller tree is cosigned.
    if (await state.advance(recorded, to)) return answer;
    return this.#answer(asked, lines, agency);
  }

  async #recorded(origin: string): Promise<CosignedCheckpoint | undefined> {
    try {
      return await this.#parts.state.recorded(origin);
    } catch (thrown) {
      if (thrown instanceof WitnessStateError) {
        const fields = { code: thrown.code, origin, cause: thrown };
        this.#parts.logger.error('witness.state-uncertain: nothing of a log is cosigned any more', fields);
      }
      throw thrown;
    }
  }

  async #alarm(
    { checkpoint }: AddCheckpoint,
    lines: readonly string[],
    noticed: Suspicion & { readonly recorded: CosignedCheckpoint | undefined; readonly agency: string },
  ): Promise<void> {
    const { shelf, record, logger } = this.#parts;
    const { event, reason, agency, recorded } = noticed;
    const { origin, size, root } = checkpoint;
    const known = { event, reason, origin, size, root: root.toString('base64') };
    const facts = { ...known, recordedSize: recorded?.size ?? 0, agency };
    logger.error(`witness.${event}: a log offered a tree that does not continue what it had signed`, facts);
    const note = encodeNote(encodeCheckpoint(checkpoint), lines);
    try {
      // Who offers the same note again causes no further record.
      if (!shelf.wants(origin, note, noticed)) return;
      await record(facts);
      // Dies the process here, the same offer is recorded a second time and kept then.
      shelf.keep(origin, note);
    } catch (cause) {
      logger.error('witness.event-unrecorded: a refused tree could not be recorded', {
        ...facts,
        note,
        cause,
      });
    }
  }
}

/** The signature lines of the log's keys; undefined where none holds, or one of them does not. */
function trustedLines(note: SignedNote, keys: readonly NoteKey[]): readonly string[] | undefined {
  try {
    verifyNote(note, keys);
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return undefined;
    throw thrown;
  }
  return note.signatures
    .filter(({ name, id }) => keys.some((key) => key.name === name && key.id === id))
    .map(({ line }) => line);
}
