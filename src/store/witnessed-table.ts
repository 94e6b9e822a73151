import { type Database, type Statement } from 'better-sqlite3';
import { type CosignedCheckpoint } from '../audit/witness/witness-state.ts';
import { unlessBusy } from './busy.ts';
import { asBytes } from './stored-bytes.ts';

/** What the database says of a foreign log; nothing of it is trusted before it is compared with the note. */
export interface WitnessedRow {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
}

/** Rows of the foreign logs that one node cosigned, inside a transaction. Triggers let them move forward only. */
export interface WitnessedRows {
  find(origin: string): Promise<WitnessedRow | undefined>;
  /** Rejects when the row would move back. */
  save(checkpoint: CosignedCheckpoint): Promise<void>;
}

/** Those rows for one caller at a time. */
export interface WitnessedTable {
  /**
   * Runs the work in a transaction that nobody else enters, and commits it.
   * Rejects with StoreBusyError while another process holds the database.
   */
  alone<Result>(work: (rows: WitnessedRows) => Promise<Result>): Promise<Result>;
}

/** The rows in the embedded database, over a connection of their own. */
export class SqliteWitnessedTable implements WitnessedTable {
  readonly #connection: Database;
  readonly #rows: WitnessedRows;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param witness the node that cosigns, `<gateway name>/<node>` */
  constructor(connection: Database, witness: string) {
    this.#connection = connection;
    this.#rows = new SqliteWitnessedRows(connection, witness);
  }

  async alone<Result>(work: (rows: WitnessedRows) => Promise<Result>): Promise<Result> {
    const before = this.#turn;
    const mine = before.then(async () => this.#transaction(work));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #transaction<Result>(work: (rows: WitnessedRows) => Promise<Result>): Promise<Result> {
    unlessBusy(() => this.#connection.exec('BEGIN IMMEDIATE'));
    try {
      const result = await work(this.#rows);
      unlessBusy(() => this.#connection.exec('COMMIT'));
      return result;
    } finally {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
    }
  }
}

class SqliteWitnessedRows implements WitnessedRows {
  readonly #witness: string;
  readonly #find: Statement<[string, string], { size: number; root: unknown; note: unknown }>;
  readonly #save: Statement<[string, string, number, Buffer, string, number]>;
  readonly #move: Statement<[number, Buffer, string, number, string, string]>;

  constructor(connection: Database, witness: string) {
    this.#witness = witness;
    this.#find = connection.prepare(
      'SELECT size, root, note FROM cosigned_log WHERE witness = ? AND origin = ?',
    );
    this.#save = connection.prepare(
      'INSERT INTO cosigned_log (witness, origin, size, root, note, at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#move = connection.prepare(
      'UPDATE cosigned_log SET size = ?, root = ?, note = ?, at = ? WHERE witness = ? AND origin = ?',
    );
  }

  async find(origin: string): Promise<WitnessedRow | undefined> {
    const row = this.#find.get(this.#witness, origin);
    const found = row && { size: row.size, root: asBytes(row.root), note: String(row.note) };
    return Promise.resolve(found);
  }

  async save({ origin, size, root, note, at }: CosignedCheckpoint): Promise<void> {
    const moved = this.#move.run(size, root, note, at, this.#witness, origin);
    if (moved.changes === 0) this.#save.run(this.#witness, origin, size, root, note, at);
    return Promise.resolve();
  }
}
