import pRetry from 'p-retry';
import { type NoteKey } from '../audit/note/note-key.ts';
import { type TreeState } from '../audit/tree/consistency-proof.ts';
import {
  type CosignedCheckpoint,
  type RecordFinding,
  type WitnessState,
  WitnessStateError,
  type WitnessStateFault,
} from '../audit/witness/witness-state.ts';
import { StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { type Logger } from '../shared/logger.ts';
import { type CosignedFiles, cosignedNote } from './cosigned-files.ts';
import { type WitnessedRows, type WitnessedTable } from './witnessed-table.ts';

/** About five seconds: commits hold the database for milliseconds. */
const BUSY_RETRIES = { retries: 500, minTimeout: 10, maxTimeout: 10, factor: 1 };

/** What a state works with. */
export interface WitnessStateParts {
  readonly table: WitnessedTable;
  readonly files: CosignedFiles;
  /** The witness's own key: a record without its cosignature is none. */
  readonly key: NoteKey;
  readonly logger: Logger;
}

/**
 * What was cosigned, twice: as a file, and as a row of the database. A change writes the file, then commits the row, and is
 * known to nobody before both are on the disk. The newer one is relied on:
 *
 * - file newer, or no row: the process died between the two, or the database was restored. The row is mended; alarm.
 * - row newer: the file was put back. The file is mended; alarm.
 * - row but no file, either one damaged, or two roots of one size: nothing is cosigned until an operator accepts; alarm.
 */
export class StoredWitnessState implements WitnessState {
  readonly #parts: WitnessStateParts;

  constructor(parts: WitnessStateParts) {
    this.#parts = parts;
  }

  async recorded(origin: string): Promise<CosignedCheckpoint | undefined> {
    return this.#alone(async (rows) => this.#settled(rows, origin));
  }

  async advance(from: CosignedCheckpoint | undefined, to: CosignedCheckpoint): Promise<boolean> {
    return this.#alone(async (rows) => {
      if (!isSame(await this.#settled(rows, to.origin), from)) return false;
      this.#parts.files.write(to);
      // Dies the process here, the file is the newer record and is relied on; nobody has the cosignature.
      await rows.save(to);
      return true;
    });
  }

  /** Looks at the record of a log and changes nothing. */
  async examine(origin: string): Promise<RecordFinding> {
    return this.#alone(async (rows) => this.#examined(rows, origin));
  }

  /** Goes on from what `examine` found, after an operator's word; a file that contradicts it is kept as evidence. */
  async accept(origin: string): Promise<CosignedCheckpoint | undefined> {
    return this.#alone(async (rows) => {
      const { fault, record } = await this.#examined(rows, origin);
      if (fault === null || record === undefined) return undefined;
      this.#parts.files.setAside(origin);
      this.#parts.files.write(record);
      await rows.save(record);
      return record;
    });
  }

  /** In a transaction that no other process can enter: whoever reads also mends, and nothing moves in between. */
  async #alone<Result>(work: (rows: WitnessedRows) => Promise<Result>): Promise<Result> {
    return pRetry(async () => this.#parts.table.alone(work), {
      ...BUSY_RETRIES,
      shouldRetry: ({ error }) => error instanceof StoreBusyError,
    });
  }

  async #settled(rows: WitnessedRows, origin: string): Promise<CosignedCheckpoint | undefined> {
    const file = this.#parts.files.read(origin);
    const row = await this.#row(rows, origin);
    const fault = contradiction(file, row);
    if (fault !== null) throw new WitnessStateError(fault);
    if (file !== undefined && isNewer(file, row)) await this.#mendRow(rows, file, row);
    if (row !== undefined && isNewer(row, file)) this.#mendFile(row, file);
    return row !== undefined && isNewer(row, file) ? row : file;
  }

  async #examined(rows: WitnessedRows, origin: string): Promise<RecordFinding> {
    const file = await attempt(() => this.#parts.files.read(origin));
    const row = await attempt(async () => this.#row(rows, origin));
    if (file === 'damaged' || row === 'damaged') {
      const sound = row === 'damaged' ? file : row;
      return { fault: 'WITNESS_RECORD_DAMAGED', record: sound === 'damaged' ? undefined : sound };
    }
    const fault = contradiction(file, row);
    if (fault !== null) return { fault, record: row };
    return { fault, record: row !== undefined && isNewer(row, file) ? row : file };
  }

  async #row(rows: WitnessedRows, origin: string): Promise<CosignedCheckpoint | undefined> {
    const row = await rows.find(origin);
    if (row === undefined) return undefined;
    const noted = cosignedNote(origin, row.note, this.#parts.key);
    if (!isSame(noted, row)) throw new WitnessStateError('WITNESS_RECORD_DAMAGED');
    return noted;
  }

  async #mendRow(
    rows: WitnessedRows,
    file: CosignedCheckpoint,
    row: CosignedCheckpoint | undefined,
  ): Promise<void> {
    const fields = { origin: file.origin, fileSize: file.size, databaseSize: row?.size ?? null };
    this.#parts.logger.error(
      'witness.database-behind: the database knows less than the witness has cosigned; the file is relied on',
      fields,
    );
    // Whoever did not see its end may not have waited for its name to reach the disk.
    this.#parts.files.write(file);
    await rows.save(file);
  }

  #mendFile(row: CosignedCheckpoint, file: CosignedCheckpoint | undefined): void {
    const fields = { origin: row.origin, fileSize: file?.size ?? null, databaseSize: row.size };
    this.#parts.logger.error(
      'witness.file-behind: the file knows less than the witness has cosigned; the database is relied on',
      fields,
    );
    this.#parts.files.write(row);
  }
}

function contradiction(
  file: CosignedCheckpoint | undefined,
  row: CosignedCheckpoint | undefined,
): WitnessStateFault | null {
  if (row === undefined) return null;
  if (file === undefined) return 'WITNESS_RECORD_LOST';
  return file.size === row.size && !file.root.equals(row.root) ? 'WITNESS_RECORDS_DIFFER' : null;
}

function isNewer(one: TreeState, other: TreeState | undefined): boolean {
  return other === undefined || one.size > other.size;
}

function isSame(one: TreeState | undefined, other: TreeState | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.size === other.size && one.root.equals(other.root);
}

async function attempt<Result>(read: () => Result | Promise<Result>): Promise<Result | 'damaged'> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof WitnessStateError) return 'damaged';
    throw thrown;
  }
}
