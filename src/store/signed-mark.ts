import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TreeState } from '../audit/tree/consistency-proof.ts';
import { parseCheckpoint } from '../audit/note/checkpoint.ts';
import { parseNote } from '../audit/note/signed-note.ts';
import { diskCalls, type FileCalls } from '../shared/file-calls.ts';
import { replaceFile } from '../shared/new-file.ts';
import { errorCode } from './store-fault.ts';

const EVERYBODY_READS = 0o644;

/** Where the newest signature of a log stands in the evidence folder. */
export function signedMarkFile(evidenceFolder: string, origin: string): string {
  return join(evidenceFolder, ...origin.split('/'), 'signed.checkpoint');
}

/**
 * The newest checkpoint that a node ever signed, as a file apart from the database: a database that was restored or changed
 * shows itself against it, and the log's key never signs two trees that contradict each other.
 */
export class SignedMark {
  readonly #file: string;
  readonly #calls: FileCalls;

  /** @param file its folder is made where it is missing */
  constructor(file: string, calls: FileCalls = diskCalls) {
    this.#file = file;
    this.#calls = calls;
  }

  /** Undefined where nothing was signed yet. @throws NoteFormatError when the file is no checkpoint */
  read(): TreeState | undefined {
    let note: Buffer;
    try {
      note = readFileSync(this.#file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const { size, root } = parseCheckpoint(parseNote(note).text);
    return { size, root };
  }

  /** MUST return before the note leaves. Dies the process before, nobody has the note; after it, no smaller tree is signed as newest. */
  advance(note: string): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    replaceFile(this.#file, note, EVERYBODY_READS, this.#calls);
  }
}
