import { type Database, type Statement } from 'better-sqlite3';
import { type StoredCheckpoint, type StoredCosignature } from '../audit/audit-log.ts';
import { type SavedStamp } from '../audit/time-stamp/saved-stamp.ts';
import { errorCode } from './store-fault.ts';

/** Writes what stands under a log's roots: notes, cosignatures, time stamps. Each once; the first one stays. */
export class CheckpointTable {
  readonly #log: number;
  readonly #checkpoint: Statement<[number, number, Buffer, string, number]>;
  readonly #cosignature: Statement<[number, number, string, string, number]>;
  readonly #stamp: Statement<[number, number, Buffer, number, number, string, string, string]>;

  constructor(connection: Database, log: number) {
    this.#log = log;
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

  checkpoint({ size, root, note, at }: StoredCheckpoint, isThere: () => boolean): void {
    unlessThere(isThere, () => this.#checkpoint.run(this.#log, size, root, note, at));
  }

  cosignature({ size, name, line, at }: StoredCosignature, isThere: () => boolean): void {
    unlessThere(isThere, () => this.#cosignature.run(this.#log, size, name, line, at));
  }

  stamp(saved: SavedStamp, isThere: () => boolean): void {
    const { size, response, at, genTime, authority, policy, leafId } = saved;
    unlessThere(isThere, () =>
      this.#stamp.run(this.#log, size, response, at, genTime, authority, policy, leafId),
    );
  }
}

/** Another process may write the same row at this moment; what it wrote stays. */
function unlessThere(isThere: () => boolean, insert: () => unknown): void {
  if (isThere()) return;
  try {
    insert();
  } catch (error) {
    if (!errorCode(error).startsWith('SQLITE_CONSTRAINT') || !isThere()) throw error;
  }
}
