import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type CompiledQuery, type EngineState } from '../sql-engine.ts';
import { boundedRows } from '../bounded-rows.ts';
import { wrapped } from '../query-shape.ts';
import { checkStatement } from './check-statement.ts';
import { failureCode } from './failure-code.ts';

/** Rows, or the code of what prevented them (`SQLITE_BUSY`, `ROW_TOO_LARGE`). Codes never hold data. */
export type ReadAnswer = readonly (readonly unknown[])[] | string;

interface OpenFile {
  readonly database: Database.Database;
  /** The file as it was when opened, whatever stands at its path by now. */
  readonly identity: string;
  readonly schemaVersion: number;
  readonly statements: readonly (Database.Statement | undefined)[];
  readonly askSchemaVersion: Database.Statement;
}

/**
 * One SQLite file, opened for reading only.
 * Rows are told apart by the place of their columns, so the file is opened again whenever the file at its path or its
 * schema is another one: a value MUST NOT appear under the name of another column.
 */
export class SqliteFile {
  readonly #file: string;
  readonly #queries: readonly CompiledQuery[];
  readonly #busyMilliseconds: number;
  #open: OpenFile | undefined;
  #failure = 'NOT_READABLE';

  constructor(file: string, queries: readonly CompiledQuery[], busyMilliseconds: number) {
    this.#file = file;
    this.#queries = queries;
    this.#busyMilliseconds = busyMilliseconds;
  }

  /**
   * Begins a read transaction: one lock and one state of the file for every read until `end`.
   * Gives the state of the file when it is not that of the last transaction.
   */
  begin(): EngineState | undefined {
    try {
      const identity = identityOf(this.#file);
      if (this.#open?.identity === identity && this.#beginUnchanged()) return undefined;
      this.close();
      return this.#openFile(identity);
    } catch (thrown) {
      this.#failure = failureCode(thrown);
      if (this.#open !== undefined && this.#failure.startsWith('SQLITE_BUSY')) {
        // A lock passes; the file behind it is still the same.
        this.#abandon();
        return undefined;
      }
      this.close();
      return { reachable: false, reason: this.#failure };
    }
  }

  /** Asks within a transaction; rows come by the columns that the newest state names. */
  read(query: number, values: readonly string[]): ReadAnswer {
    if (this.#open?.database.inTransaction !== true) return this.#failure;
    const statement = this.#open.statements[query];
    if (statement === undefined) return 'QUERY_NOT_USABLE';
    try {
      return boundedRows(statement.all(...values) as unknown[][]);
    } catch (thrown) {
      return failureCode(thrown);
    }
  }

  end(): void {
    if (this.#open?.database.inTransaction === true) this.#open.database.exec('COMMIT');
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #beginUnchanged(): boolean {
    if (this.#open === undefined) return false;
    this.#open.database.exec('BEGIN');
    return this.#open.askSchemaVersion.get() === this.#open.schemaVersion;
  }

  #abandon(): void {
    if (this.#open?.database.inTransaction === true) this.#open.database.exec('ROLLBACK');
  }

  #openFile(identity: string): EngineState {
    const database = new Database(this.#file, {
      readonly: true,
      fileMustExist: true,
      timeout: this.#busyMilliseconds,
    });
    try {
      database.pragma('trusted_schema = OFF');
      database.exec('BEGIN');
      const askSchemaVersion = database.prepare('PRAGMA schema_version').pluck();
      const schemaVersion = askSchemaVersion.get() as number;
      const queries = this.#queries.map((query) => checkStatement(database, query));
      const statements = this.#queries.map((query, place) =>
        queries[place]?.usable === true ? database.prepare(wrapped(query.sql)).raw(true) : undefined,
      );
      this.#open = { database, identity, schemaVersion, statements, askSchemaVersion };
      return { reachable: true, queries };
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }
}

/** Changes when another file takes the path, and when the file is written over in place. */
function identityOf(file: string): string {
  const { dev, ino, size, mtimeMs } = statSync(file);
  return `${String(dev)}:${String(ino)}:${String(size)}:${String(mtimeMs)}`;
}
