import { type Knex } from 'knex';
import { type CosignedCheckpoint } from '../../audit/witness/witness-state.ts';
import { type WitnessedRow, type WitnessedRows, type WitnessedTable } from '../witnessed-table.ts';
import { type ServerDatabase } from './server-database.ts';
import { orBusy } from './server-errors.ts';
import { wholeNumbers } from './server-rows.ts';
import { transactOn } from './server-transact.ts';

/** The foreign logs that one node cosigned, in a shared database. */
export class ServerWitnessed implements WitnessedTable {
  readonly #database: ServerDatabase;
  readonly #witness: string;

  /** @param witness the node that cosigns, `<gateway name>/<node>` */
  constructor(database: ServerDatabase, witness: string) {
    this.#database = database;
    this.#witness = witness;
  }

  async alone<Result>(work: (rows: WitnessedRows) => Promise<Result>): Promise<Result> {
    return transactOn(this.#database.knex, async (transaction) => {
      await this.#takeTurn(transaction);
      return work(new ServerWitnessedRows(transaction, this.#witness));
    });
  }

  /** Whoever holds this row is alone; it need not say anything. */
  async #takeTurn(transaction: Knex.Transaction): Promise<void> {
    const job = `witness ${this.#witness}`;
    if ((await transaction('job_run').where({ job }).update({ started_at: 0 })) > 0) return;
    await orBusy(transaction('job_run').insert({ job, started_at: 0 }));
  }
}

class ServerWitnessedRows implements WitnessedRows {
  readonly #transaction: Knex.Transaction;
  readonly #witness: string;

  constructor(transaction: Knex.Transaction, witness: string) {
    this.#transaction = transaction;
    this.#witness = witness;
  }

  async find(origin: string): Promise<WitnessedRow | undefined> {
    const [row]: readonly WitnessedRow[] = await this.#transaction('cosigned_log')
      .where({ witness: this.#witness, origin })
      .select('size', 'root', 'note');
    return row && wholeNumbers(row, 'size');
  }

  async save({ origin, size, root, note, at }: CosignedCheckpoint): Promise<void> {
    const place = { witness: this.#witness, origin };
    const row = { size, root, note, at };
    if ((await this.#transaction('cosigned_log').where(place).update(row)) > 0) return;
    await this.#transaction('cosigned_log').insert({ ...place, ...row });
  }
}
