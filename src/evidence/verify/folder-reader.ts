import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Findings } from '../../audit/verify/findings.ts';
import { EvidenceError } from '../evidence-error.ts';
import { codeOf } from '../file-operations.ts';
import { readEvidenceFile } from '../read-evidence-file.ts';

/** Reads the evidence folder of one log. What cannot be read is a finding, never an error, and nothing is ever written. */
export class FolderReader {
  readonly folder: string;
  readonly findings: Findings;

  constructor(folder: string, findings: Findings) {
    this.folder = folder;
    this.findings = findings;
  }

  /** Bytes of a file; undefined where there is none, or where they cannot be read. @param maxBytes a larger file is a finding */
  read(path: string, maxBytes: number): Buffer | undefined {
    try {
      return readEvidenceFile(join(this.folder, path), maxBytes);
    } catch (thrown) {
      if (!(thrown instanceof EvidenceError)) throw thrown;
      const malformed = thrown.code === 'EVIDENCE_FILE_INVALID';
      this.findings.add(
        malformed ? 'file-malformed' : 'file-unreadable',
        { file: path },
        codeOf(thrown.cause),
      );
      return undefined;
    }
  }

  /** As `read`; where there is no such file, that is a finding. @param index of the first leaf that it is about */
  require(path: string, maxBytes: number, index?: number): Buffer | undefined {
    const before = this.findings.count;
    const bytes = this.read(path, maxBytes);
    if (bytes === undefined && this.findings.count === before)
      this.findings.add('file-missing', index === undefined ? { file: path } : { file: path, index });
    return bytes;
  }

  /** Names in a folder; none where there is no folder. */
  list(path: string): readonly string[] {
    try {
      return readdirSync(join(this.folder, path)).sort();
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error)))
        this.findings.add('file-unreadable', { file: path }, codeOf(error));
      return [];
    }
  }
}

const SIZE = /^(?:0|[1-9]\d{0,15})$/;

/** The whole number that a name is, as sizes of trees are written; undefined for any other name. */
export function sizeOfName(name: string): number | undefined {
  const size = SIZE.test(name) ? Number(name) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
