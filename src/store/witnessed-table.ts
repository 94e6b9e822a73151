import { type Database, type Statement } from 'better-sqlite3';
import { type CosignedCheckpoint } from '../audit/witness/witness-state.ts';
import { asBytes } from './stored-bytes.ts';

/** What the database says of a foreign log; nothing of it is trusted before it is compared with the note. */
export interface WitnessedRow {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
}

/** Rows of the foreign logs that this gateway cosigned. Triggers let them move forward only. */
export class WitnessedTable {
  readonly #find: Statement<[string], { size: number; root: unknown; note: unknown }>;
  readonly #save: Statement<[string, number, Buffer, string, number]>;

  constructor(connection: Database) {
    this.#find = connection.prepare('SELECT size, root, note FROM witnessed_log WHERE origin = ?');
    this.#save = connection.prepare(
      `INSERT INTO witnessed_log (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)`,
    );
    this.#move = connection.prepare(
      'UPDATE witnessed_log SET size = ?, root = ?, note = ?, at = ? WHERE origin = ?',
    );
  }

  readonly #move: Statement<[number, Buffer, string, number, string]>;

  find(origin: string): WitnessedRow | undefined {
    const row = this.#find.get(origin);
    return row && { size: row.size, root: asBytes(row.root), note: String(row.note) };
  }

  /** @throws SqliteError when it would move back */
  save({ origin, size, root, note, at }: CosignedCheckpoint): void {
    if (this.#move.run(size, root, note, at, origin).changes === 0)
      this.#save.run(origin, size, root, note, at);
  }
}
