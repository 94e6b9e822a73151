import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { DATABASE, EVIDENCE, type EvidenceNode } from './evidence-node.ts';

/** A copy of a node's database and evidence that a test may change. */
export interface PlaceCopy extends Disposable {
  readonly place: string;
  /** Edits the database as its owner can: guards dropped, then anything. */
  tamper(work: (database: Database) => unknown): void;
}

export function copyOf(node: EvidenceNode): PlaceCopy {
  const place = mkdtempSync(join(tmpdir(), 'gecit-copy-'));
  mkdirSync(join(place, EVIDENCE), { recursive: true });
  node.copyTo(place);
  return {
    place,
    tamper: (work) => {
      const database = new Sqlite(join(place, DATABASE));
      database.pragma('foreign_keys = OFF');
      const triggers = database
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .pluck();
      for (const trigger of triggers.all()) database.exec(`DROP TRIGGER ${trigger}`);
      work(database);
      database.close();
    },
    [Symbol.dispose]: () => {
      rmSync(place, { recursive: true, force: true });
    },
  };
}
