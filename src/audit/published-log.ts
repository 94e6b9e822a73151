import { type EvidenceReader, type StoredCheckpoint } from './audit-log.ts';
import { proveConsistency } from './tree/consistency-proof.ts';

/** What partners may fetch of a log: its checkpoints and what ties them together. Never a leaf, nor the hash of one alone. */
export interface PublishedLog {
  /** The newest checkpoint that was given out, with its cosignatures; undefined before the first. */
  newest(): string | undefined;
  /** The checkpoint of exactly this size; undefined where none was given out. */
  at(size: number): string | undefined;
  /**
   * Consistency proof between two checkpoints that were given out, verified against both roots; undefined where one of them
   * was not, or they are not in this order.
   * @throws ProofError when the stored hashes do not give the roots
   */
  consistency(from: number, to: number): readonly Buffer[] | undefined;
}

/**
 * The published side of the log that takes records.
 * @param reader of that log, as it is at each call
 */
export function publishedLog(reader: () => EvidenceReader): PublishedLog {
  return {
    newest: () => {
      const newest = reader().newestCheckpoint();
      return newest && cosigned(reader(), newest);
    },
    at: (size) => {
      const found = exactly(reader(), size);
      return found && cosigned(reader(), found);
    },
    consistency: (from, to) => {
      const [old, now] = [exactly(reader(), from), exactly(reader(), to)];
      if (old === undefined || now === undefined || from > to || from === 0) return undefined;
      return proveConsistency(reader(), old, now);
    },
  };
}

/** The note of a checkpoint with the lines that witnesses put under it. */
export function cosigned(
  reader: Pick<EvidenceReader, 'cosignaturesAt'>,
  { size, note }: StoredCheckpoint,
): string {
  return (
    note +
    reader
      .cosignaturesAt(size)
      .map(({ line }) => `${line}\n`)
      .join('')
  );
}

function exactly(reader: EvidenceReader, size: number): StoredCheckpoint | undefined {
  const found = reader.checkpointFrom(size);
  return found?.size === size ? found : undefined;
}
