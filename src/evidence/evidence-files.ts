import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EvidenceError } from './evidence-error.ts';
import { codeOf, diskOperations, type FileOperations } from './file-operations.ts';
import { readEvidenceFile } from './read-evidence-file.ts';

/** One part of an origin as the name of a folder. */
const SEGMENT = /^(?!\.{1,2}$)[^/\\\0]+$/;

/**
 * The evidence of one log on the disk. Files appear under their names whole or not at all; one that exists is never
 * overwritten by `create`. What was written is on the disk once `settle` has returned: only then MUST anything be written
 * that relies on it. Only one process at a time may write (`holdSealing`): drafts have fixed names, so that the next run
 * takes over what an interrupted one left.
 */
export class EvidenceFiles {
  readonly folder: string;
  /** Files that `create` has made. */
  created = 0;
  readonly #above: string;
  readonly #operations: FileOperations;
  /** Folders whose names may not be on the disk yet. */
  readonly #unsettled = new Set<string>();

  /**
   * @param base folder of all logs; it and what is missing below is made with the first file
   * @throws RangeError when the origin is no path below it
   */
  constructor(base: string, origin: string, operations: FileOperations = diskOperations) {
    this.folder = logFolder(base, origin);
    this.#above = dirname(base);
    this.#operations = operations;
  }

  /** Bytes of a file, or undefined where there is none. @throws EvidenceError as `readEvidenceFile` */
  read(path: string, maxBytes: number): Buffer | undefined {
    return readEvidenceFile(join(this.folder, path), maxBytes);
  }

  /** Names in a folder, sorted; none where there is no folder. @throws EvidenceError EVIDENCE_NOT_READABLE */
  list(path: string): readonly string[] {
    const file = join(this.folder, path);
    try {
      return readdirSync(file).sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw new EvidenceError('EVIDENCE_NOT_READABLE', { file }, error);
    }
  }

  /**
   * Writes a file that is not there yet. The same file there already is as good.
   * If the process dies in here, there is the whole file, or only a draft, which the next run writes anew.
   * @throws EvidenceError EVIDENCE_FILE_DIFFERS when a different file has the name; EVIDENCE_NOT_WRITABLE
   */
  create(path: string, bytes: Buffer): void {
    const file = join(this.folder, path);
    this.#write(file, (draft) => {
      if (this.#isThere(file, bytes)) return;
      this.#operations.makeFolder(dirname(file));
      this.#operations.writeDraft(draft, bytes);
      // Unlike a rename, a link never replaces what has the name already.
      if (this.#operations.link(draft, file)) this.created += 1;
      else if (!this.#isThere(file, bytes)) throw new EvidenceError('EVIDENCE_FILE_DIFFERS', { file });
    });
  }

  /** Writes one of the files that change. If the process dies in here, there is the old file or the new one, whole. */
  replace(path: string, bytes: Buffer): void {
    const file = join(this.folder, path);
    this.#write(file, (draft) => {
      this.#operations.makeFolder(dirname(file));
      this.#operations.writeDraft(draft, bytes);
      this.#operations.rename(draft, file);
    });
  }

  /** Removes one of the files that change. */
  remove(path: string): void {
    const file = join(this.folder, path);
    this.#write(file, () => {
      this.#operations.remove(file);
    });
  }

  /** Waits until everything written so far is on the disk. @throws EvidenceError EVIDENCE_NOT_WRITABLE */
  settle(): void {
    for (const folder of this.#unsettled) {
      try {
        this.#operations.syncFolder(folder);
      } catch (error) {
        throw new EvidenceError('EVIDENCE_NOT_WRITABLE', { file: folder }, error);
      }
    }
    this.#unsettled.clear();
  }

  #write(file: string, work: (draft: string) => void): void {
    const draft = `${file}.new`;
    try {
      work(draft);
      this.#operations.remove(draft);
    } catch (error) {
      if (error instanceof EvidenceError) throw error;
      throw new EvidenceError('EVIDENCE_NOT_WRITABLE', { file }, error);
    }
    this.#touch(dirname(file));
  }

  /** Also for a file that was there: the run that made it may have died before the folder reached the disk. */
  #touch(folder: string): void {
    for (
      let above = folder;
      above !== dirname(above) && !this.#unsettled.has(above);
      above = dirname(above)
    ) {
      this.#unsettled.add(above);
      if (above === this.#above) return;
    }
  }

  /** @throws EvidenceError EVIDENCE_FILE_DIFFERS */
  #isThere(file: string, bytes: Buffer): boolean {
    let found: Buffer | undefined;
    try {
      found = readEvidenceFile(file, bytes.length);
    } catch (error) {
      const larger = error instanceof EvidenceError && error.code === 'EVIDENCE_FILE_INVALID';
      throw larger ? new EvidenceError('EVIDENCE_FILE_DIFFERS', { file }, error) : error;
    }
    if (found === undefined) return false;
    if (!found.equals(bytes)) throw new EvidenceError('EVIDENCE_FILE_DIFFERS', { file });
    return true;
  }
}

/**
 * Folder of a log below the folder of all logs; the slashes of the origin are folders.
 * @throws RangeError when the origin is no path below it
 */
export function logFolder(base: string, origin: string): string {
  const segments = origin.split('/');
  if (!segments.every((segment) => SEGMENT.test(segment))) throw new RangeError('the origin names no folder');
  return join(base, ...segments);
}
