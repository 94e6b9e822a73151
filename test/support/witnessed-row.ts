import Sqlite from 'better-sqlite3';

/** A row of `cosigned_log`. */
export interface WitnessedLogRow {
  readonly witness: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly at: number;
}

/** What the database says a witness cosigned; undefined for nothing. */
export function witnessedRow(file: string): WitnessedLogRow | undefined {
  return inDatabase(file, (database) =>
    database
      .prepare<[], WitnessedLogRow>('SELECT witness, origin, size, root, note, at FROM cosigned_log')
      .get(),
  );
}

/** Puts back what an older database said, past the triggers, as whoever owns the file can. */
export function restoreWitnessedRow(file: string, row: WitnessedLogRow | undefined): void {
  inDatabase(file, (database) => {
    const triggers = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'cosigned_log'",
      )
      .all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.prepare('DELETE FROM cosigned_log').run();
    if (row !== undefined) {
      database
        .prepare('INSERT INTO cosigned_log (witness, origin, size, root, note, at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(row.witness, row.origin, row.size, row.root, row.note, row.at);
    }
    for (const { sql } of triggers) database.exec(sql);
  });
}

/** Works on a database beside whoever has it open. */
export function inDatabase<Result>(file: string, work: (database: Sqlite.Database) => Result): Result {
  const database = new Sqlite(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
