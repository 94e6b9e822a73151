import { type Knex } from 'knex';
import { type StoredCheckpoint, type StoredCosignature } from '../../audit/audit-log.ts';
import { type SavedStamp } from '../../audit/time-stamp/saved-stamp.ts';
import { type CheckpointTable } from '../checkpoint-table.ts';
import { asServerError, isRefused } from './server-errors.ts';

/** What stands under the roots of a log in a shared database. Each once; the first one stays. */
export class ServerCheckpoints implements CheckpointTable {
  readonly #database: Knex;
  readonly #log: number;

  constructor(database: Knex, log: number) {
    this.#database = database;
    this.#log = log;
  }

  async checkpoint({ size, root, note, at }: StoredCheckpoint): Promise<void> {
    await this.#putOnce('audit_checkpoint', { size }, { root, note, at });
  }

  async cosignature({ size, name, line, at }: StoredCosignature): Promise<void> {
    await this.#putOnce('audit_cosignature', { size, name }, { line, at });
  }

  async stamp(saved: SavedStamp): Promise<void> {
    const { size, response, at, genTime, authority, policy, leafId } = saved;
    const row = { response, at, gen_time: genTime, authority, policy, leaf_id: leafId };
    await this.#putOnce('audit_stamp', { size }, row);
  }

  /** Another process may write the same row at this moment; what it wrote stays. */
  async #putOnce(
    table: string,
    key: Readonly<Record<string, string | number>>,
    row: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const place = { log: this.#log, ...key };
    const isThere = async (): Promise<boolean> =>
      (await this.#database(table).where(place).first('log')) !== undefined;
    try {
      if (await isThere()) return;
      await this.#database(table).insert({ ...place, ...row });
    } catch (error) {
      if (!isRefused(error) || !(await isThere())) throw asServerError(error);
    }
  }
}
