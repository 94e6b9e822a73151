import { type Database } from 'better-sqlite3';

/** Marks the file as the gateway's own: "GCIT". */
const APPLICATION_ID = 0x47434954;

/** Whether the database is the gateway's, another program's, or new and nobody's yet. */
export function ownerOf(connection: Database): 'gateway' | 'another' | 'nobody' {
  const id = connection.pragma('application_id', { simple: true });
  if (id === APPLICATION_ID) return 'gateway';
  const tables = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  return id === 0 && tables === 0 ? 'nobody' : 'another';
}

/** Marks a new database as the gateway's. */
export function claim(connection: Database): void {
  connection.pragma(`application_id = ${String(APPLICATION_ID)}`);
}
