import { type Database, type Statement } from 'better-sqlite3';
import { type StoredCheckpoint, type StoredCosignature } from '../audit/audit-log.ts';
import { type SavedStamp } from '../audit/time-stamp/saved-stamp.ts';
import { unlessBusy } from './busy.ts';
import { EvidenceRows } from './evidence-rows.ts';
import { errorCode } from './store-fault.ts';

/** Writes what stands under a log's roots: notes, cosignatures, time stamps. Each once; the first one stays. */
export interface CheckpointTable {
  checkpoint(checkpoint: StoredCheckpoint): Promise<void>;
  cosignature(cosignature: StoredCosignature): Promise<void>;
  stamp(stamp: SavedStamp): Promise<void>;
}

/** The rows in the embedded database. Rejects with StoreBusyError while another process holds it. */
export class SqliteCheckpointTable implements CheckpointTable {
  readonly #log: number;
  readonly #rows: EvidenceRows;
  readonly #checkpoint: Statement<[number, number, Buffer, string, number]>;
  readonly #cosignature: Statement<[number, number, string, string, number]>;
  readonly #stamp: Statement<[number, number, Buffer, number, number, string, string, string]>;

  constructor(connection: Database, log: number) {
    this.#log = log;
    this.#rows = new EvidenceRows(connection, log);
    this.#checkpoint = connection.prepare(
      'INSERT INTO audit_checkpoint (log, size, root, note, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#cosignature = connection.prepare(
      'INSERT INTO audit_cosignature (log, size, name, line, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#stamp = connection.prepare(
      `INSERT INTO audit_stamp (log, size, response, at, gen_time, authority, policy, leaf_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  async checkpoint({ size, root, note, at }: StoredCheckpoint): Promise<void> {
    return unlessThere(
      () => this.#rows.checkpointFrom(size)?.size === size,
      () => this.#checkpoint.run(this.#log, size, root, note, at),
    );
  }

  async cosignature({ size, name, line, at }: StoredCosignature): Promise<void> {
    return unlessThere(
      () => this.#rows.cosignaturesAt(size).some((one) => one.name === name),
      () => this.#cosignature.run(this.#log, size, name, line, at),
    );
  }

  async stamp(saved: SavedStamp): Promise<void> {
    const { size, response, at, genTime, authority, policy, leafId } = saved;
    return unlessThere(
      () => this.#rows.stampAt(size) !== undefined,
      () => this.#stamp.run(this.#log, size, response, at, genTime, authority, policy, leafId),
    );
  }
}

/** Another process may write the same row at this moment; what it wrote stays. */
async function unlessThere(isThere: () => boolean, insert: () => unknown): Promise<void> {
  const put = (): void => {
    if (isThere()) return;
    try {
      insert();
    } catch (error) {
      if (!errorCode(error).startsWith('SQLITE_CONSTRAINT') || !isThere()) throw error;
    }
  };
  return new Promise((resolve) => {
    unlessBusy(put);
    resolve();
  });
}
