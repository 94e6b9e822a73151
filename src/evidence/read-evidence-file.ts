import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { EvidenceError } from './evidence-error.ts';
import { codeOf } from './file-operations.ts';

/**
 * The bytes of a file of evidence, or undefined where there is none.
 * @param maxBytes a larger file is not read at all
 * @throws EvidenceError EVIDENCE_FILE_INVALID when it is larger or no regular file, EVIDENCE_NOT_READABLE
 */
export function readEvidenceFile(file: string, maxBytes: number): Buffer | undefined {
  const descriptor = opened(file);
  if (descriptor === undefined) return undefined;
  try {
    const { size } = regular(file, descriptor);
    if (size > maxBytes) throw new EvidenceError('EVIDENCE_FILE_INVALID', { file });
    return readFileSync(descriptor);
  } catch (error) {
    throw asEvidenceError(file, error);
  } finally {
    closeSync(descriptor);
  }
}

function opened(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw asEvidenceError(file, error);
  }
}

function regular(file: string, descriptor: number): { readonly size: number } {
  const status = fstatSync(descriptor);
  if (!status.isFile()) throw new EvidenceError('EVIDENCE_FILE_INVALID', { file });
  return status;
}

function asEvidenceError(file: string, error: unknown): EvidenceError {
  return error instanceof EvidenceError ? error : new EvidenceError('EVIDENCE_NOT_READABLE', { file }, error);
}
