import { type EvidenceReader } from '../audit/audit-log.ts';
import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { type FileCalls } from '../shared/file-calls.ts';
import { StoredCheckpointBook } from './checkpoint-book.ts';
import { type CheckpointTable } from './checkpoint-table.ts';
import { logKeyFile, type LogSigner, otherKey, readLogKey, signerOfEnded } from './log-key.ts';
import { SignedMark, signedMarkFile } from './signed-mark.ts';
import { type BookOptions } from './store.ts';

/** What a book reads and writes in its database. */
export interface BookRows {
  /** Closed with the book. */
  readonly reader: EvidenceReader;
  readonly table: CheckpointTable;
  /** Lets the reader see what the database holds now. */
  readonly refresh: () => Promise<void>;
}

/** @throws FaultsError when the key of the log is lost or another one; then the reader is closed */
export function bookOver(
  { reader, table, refresh }: BookRows,
  { origin, keyFolder, evidenceFolder, clock, pauseMilliseconds }: BookOptions,
  calls: FileCalls,
): CheckpointBook {
  try {
    const signer = signerOf(reader, keyFolder);
    if (reader.vkey() !== signer.vkey) throw otherKey(logKeyFile(keyFolder, origin));
    const mark = new SignedMark(signedMarkFile(evidenceFolder, origin), calls);
    return new StoredCheckpointBook({ reader, table, refresh, signer, mark, clock, pauseMilliseconds });
  } catch (thrown) {
    reader.close();
    throw thrown;
  }
}

function signerOf(reader: EvidenceReader, keyFolder: string): LogSigner {
  const { origin, next } = reader.head();
  const vkey = reader.vkey();
  return next === null || vkey === undefined
    ? readLogKey(keyFolder, origin)
    : signerOfEnded(keyFolder, origin, vkey);
}
