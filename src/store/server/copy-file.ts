import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database } from 'better-sqlite3';
import { openDatabase } from '../open-database.ts';
import { errorCode } from '../store-fault.ts';
import { COPIED_TABLES, type CopiedTable, SUBTREES } from './copied-tables.ts';

/** Between two looks whether another process still brings the same copy up to date. */
const LOOK_MILLISECONDS = 20;

type Row = Readonly<Record<string, unknown>>;

/** Where a log in the copy stands. */
export interface CopiedHead {
  readonly log: number;
  readonly size: number;
  readonly next_origin: string | null;
}

/**
 * The file that a log is copied into: the gateway's own schema without its guards, because a copy shows what the database
 * shows, changed or not. It is made anew whenever it is deleted, so it need not survive a power cut.
 */
export class CopyFile {
  readonly file: string;
  readonly #connection: Database;
  readonly #close: () => Promise<void>;

  private constructor(file: string, connection: Database, close: () => Promise<void>) {
    this.file = file;
    this.#connection = connection;
    this.#close = close;
  }

  /** Rejects with FaultsError when the place cannot be written. */
  static async open(file: string): Promise<CopyFile> {
    if (!existsSync(file)) await CopyFile.#make(file);
    const copy = await CopyFile.#over(file);
    // Steps of the schema that came later brought their guards.
    await copy.#dropGuards();
    return copy;
  }

  static async #over(file: string, create = false): Promise<CopyFile> {
    const database = await openDatabase(file, create);
    const connection = await database.connect();
    connection.pragma('synchronous = OFF');
    connection.pragma('foreign_keys = OFF');
    connection.pragma('secure_delete = ON');
    return new CopyFile(file, connection, async () => database.close());
  }

  /** Makes an empty copy beside the place and gives it its name: of two processes that do so, one is in vain. */
  static async #make(file: string): Promise<void> {
    const draft = `${file}.${randomUUID()}`;
    const copy = await CopyFile.#over(draft, true);
    await copy.#dropGuards();
    await copy.close();
    try {
      linkSync(draft, file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }

  /** Runs the work while no other process writes the copy; its effects are seen together. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (!this.#begins()) await pause(LOOK_MILLISECONDS);
    try {
      const result = await work();
      this.#connection.exec('COMMIT');
      return result;
    } finally {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
    }
  }

  heads(): readonly CopiedHead[] {
    return this.#connection.prepare<[], CopiedHead>('SELECT log, size, next_origin FROM audit_head').all();
  }

  leafHash(log: number, index: number): Buffer | undefined {
    return this.#connection
      .prepare<[number, number], Buffer>('SELECT leaf_hash FROM audit_leaf WHERE log = ? AND idx = ?')
      .pluck()
      .get(log, index);
  }

  /** The largest index of a complete subtree of this level. */
  lastSubtree(log: number, level: number): number | undefined {
    const find = this.#connection.prepare<[number, number], number | null>(
      `SELECT MAX(idx) FROM ${SUBTREES.name} WHERE log = ? AND level = ?`,
    );
    return find.pluck().get(log, level) ?? undefined;
  }

  /** The largest place that a log has in a table. */
  last({ name, order }: CopiedTable, log: number): number | undefined {
    const find = this.#connection.prepare<[number], number | null>(
      `SELECT MAX(${order}) FROM ${name} WHERE log = ?`,
    );
    return find.pluck().get(log) ?? undefined;
  }

  count({ name }: CopiedTable, log: number): number {
    const find = this.#connection.prepare<[number], number>(`SELECT COUNT(*) FROM ${name} WHERE log = ?`);
    return find.pluck().get(log) ?? 0;
  }

  /** @param columns of every row */
  put(table: string, columns: readonly string[], rows: readonly Row[]): void {
    const values = columns.map((column) => `@${column}`).join(', ');
    const insert = this.#connection.prepare(
      `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${values})`,
    );
    for (const row of rows) insert.run(row);
  }

  removeAll({ name }: CopiedTable, log: number): void {
    this.#connection.prepare(`DELETE FROM ${name} WHERE log = ?`).run(log);
  }

  /** Forgets everything, because the database holds another log than was copied. */
  clear(): void {
    for (const name of COPIED_TABLES) this.#connection.exec(`DELETE FROM ${name}`);
  }

  kids(table: 'audit_kid' | 'destroyed_kid'): ReadonlySet<string> {
    return new Set(this.#connection.prepare<[], string>(`SELECT kid FROM ${table}`).pluck().all());
  }

  removeParts(kid: string): void {
    this.#connection.prepare('DELETE FROM audit_personal WHERE kid = ?').run(kid);
  }

  async close(): Promise<void> {
    await this.#close();
  }

  #begins(): boolean {
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (errorCode(error).startsWith('SQLITE_BUSY')) return false;
      throw error;
    }
  }

  async #dropGuards(): Promise<void> {
    const guards = this.#connection
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck();
    if (guards.all().length === 0) return;
    await this.alone(async () => {
      for (const guard of guards.all()) this.#connection.exec(`DROP TRIGGER "${guard}"`);
      return Promise.resolve();
    });
  }
}
