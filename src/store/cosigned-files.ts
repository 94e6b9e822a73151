import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint } from '../audit/note/checkpoint.ts';
import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { parseNote, verifyNote } from '../audit/note/signed-note.ts';
import { type Suspicion } from '../audit/witness/judge-checkpoint.ts';
import { originHash, type ConflictShelf } from '../audit/witness/witness.ts';
import { type CosignedCheckpoint, WitnessStateError } from '../audit/witness/witness-state.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { replaceFile, writeNewFile } from '../shared/new-file.ts';
import { errorCode } from './store-fault.ts';

const EVERYBODY_READS = 0o644;

/** Refused notes that are kept of one log: those that anybody can send again, and with those that prove a fork. */
const MOST_SENT = 16;
const MOST_PROOFS = 32;

/** Where the witness keeps its files. */
export function witnessedFolder(evidenceFolder: string): string {
  return join(evidenceFolder, 'witnessed');
}

/**
 * The newest cosigned note of each foreign log as a file apart from the database, so that a database that was restored does
 * not make this witness cosign another history; and the notes that were refused.
 */
export class CosignedFiles implements ConflictShelf {
  readonly #folder: string;
  readonly #key: NoteKey;
  readonly #calls: FileCalls;

  /** @param key of this witness: only what bears its cosignature counts */
  constructor(folder: string, key: NoteKey, calls: FileCalls = diskCalls) {
    this.#folder = folder;
    this.#key = key;
    this.#calls = calls;
  }

  /** Whether any log was cosigned, be it with a key that is lost. */
  any(): boolean {
    return existsSync(this.#folder) && readdirSync(this.#folder).some((name) => name.endsWith('.checkpoint'));
  }

  /** Undefined where there is no file. @throws WitnessStateError WITNESS_RECORD_DAMAGED */
  read(origin: string): CosignedCheckpoint | undefined {
    let note: string;
    try {
      note = readFileSync(this.#fileOf(origin), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw new WitnessStateError('WITNESS_RECORD_DAMAGED', error);
    }
    return cosignedNote(origin, note, this.#key);
  }

  /** On the disk when it returns. */
  write({ origin, note }: CosignedCheckpoint): void {
    mkdirSync(this.#folder, { recursive: true });
    replaceFile(this.#fileOf(origin), note, EVERYBODY_READS, this.#calls);
  }

  /** Puts a file that is not relied on any more among the refused notes, whatever it holds. */
  setAside(origin: string): void {
    if (!existsSync(this.#fileOf(origin))) return;
    const content = readFileSync(this.#fileOf(origin), 'utf8');
    if (!this.#kept(origin).includes(content)) this.keep(origin, content);
  }

  wants(origin: string, note: string, { reason }: Suspicion): boolean {
    const kept = this.#kept(origin);
    return kept.length < (reason === 'root-differs' ? MOST_PROOFS : MOST_SENT) && !kept.includes(note);
  }

  keep(origin: string, note: string): void {
    mkdirSync(this.#folder, { recursive: true });
    const next = this.#kept(origin).length + 1;
    writeNewFile(this.#conflictFile(origin, next), note, EVERYBODY_READS, this.#calls);
  }

  /** Their numbers have no gap. */
  #kept(origin: string): string[] {
    const notes: string[] = [];
    for (let number = 1; existsSync(this.#conflictFile(origin, number)); number += 1) {
      notes.push(readFileSync(this.#conflictFile(origin, number), 'utf8'));
    }
    return notes;
  }

  #fileOf(origin: string): string {
    return join(this.#folder, `${originHash(origin)}.checkpoint`);
  }

  #conflictFile(origin: string, number: number): string {
    return join(this.#folder, `${originHash(origin)}.conflict-${String(number)}`);
  }
}

/**
 * Reads a note that this witness cosigned.
 * @throws WitnessStateError WITNESS_RECORD_DAMAGED when it is of another log, or the witness never signed it
 */
export function cosignedNote(origin: string, text: string, key: NoteKey): CosignedCheckpoint {
  try {
    const note = parseNote(text);
    const [{ seconds } = { seconds: null }] = verifyNote(note, [key]);
    const checkpoint = parseCheckpoint(note.text);
    if (checkpoint.origin !== origin || seconds === null)
      throw new WitnessStateError('WITNESS_RECORD_DAMAGED');
    return { ...checkpoint, note: text, at: seconds * 1000 };
  } catch (thrown) {
    if (!(thrown instanceof NoteFormatError)) throw thrown;
    throw new WitnessStateError('WITNESS_RECORD_DAMAGED', thrown);
  }
}
