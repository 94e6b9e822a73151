import { type Database, type Statement } from 'better-sqlite3';
import { type SearchRow, type SearchRows } from '../../audit/search-index.ts';
import { HEAD, type HeadRow, logMissing, logNumber } from '../head-row.ts';
import { connectReadOnly } from '../read-only.ts';
import { asBytes } from '../stored-bytes.ts';

/** Tags are in upper-case hex, as SQLite writes it; empty where there is none. */
interface Row {
  readonly index: number;
  readonly text: string;
  readonly kid: string | null;
  readonly subject: string;
  readonly official: string;
  readonly reference: string;
}

/**
 * Reads one log for searching over a read-only connection of its own; works beside a running server.
 * @throws FaultsError when there is no database, it cannot be read, or it holds no log of this origin
 */
export function openSearchRows(file: string, origin: string): SearchRows {
  const connection = connectReadOnly(file);
  try {
    return new SqliteSearchRows(connection, logNumber(connection, file, origin), { file, origin });
  } catch (error) {
    connection.close();
    throw error;
  }
}

class SqliteSearchRows implements SearchRows {
  readonly origin: string;
  readonly #file: string;
  readonly #connection: Database;
  readonly #log: number;
  readonly #head: Statement<[number], HeadRow>;
  readonly #rows: Statement<[number, number, number], Row>;
  readonly #text: Statement<[number, number], string>;
  readonly #hash: Statement<[number, number]>;

  constructor(connection: Database, log: number, { file, origin }: { file: string; origin: string }) {
    this.origin = origin;
    this.#file = file;
    this.#connection = connection;
    this.#log = log;
    this.#head = connection.prepare(`SELECT ${HEAD} FROM audit_head WHERE log = ?`);
    this.#rows = connection.prepare(
      `SELECT l.idx AS "index", CAST(l.leaf AS TEXT) AS text, p.kid, hex(p.subject_tag) AS subject,
              hex(p.official_tag) AS official, hex(p.case_tag) AS reference
         FROM audit_leaf l LEFT JOIN audit_personal p ON p.log = l.log AND p.idx = l.idx
        WHERE l.log = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?`,
    );
    this.#text = connection
      .prepare<[number, number], string>(
        'SELECT CAST(leaf AS TEXT) FROM audit_leaf WHERE log = ? AND idx = ?',
      )
      .pluck();
    this.#hash = connection
      .prepare<[number, number]>('SELECT leaf_hash FROM audit_leaf WHERE log = ? AND idx = ?')
      .pluck();
  }

  size(): number {
    const head = this.#head.get(this.#log);
    if (head === undefined) throw logMissing(this.#file, this.origin);
    return head.size;
  }

  rows(from: number, count: number): readonly SearchRow[] {
    return this.#rows.all(this.#log, from, count).map(rowOf);
  }

  text(index: number): string | undefined {
    return this.#text.get(this.#log, index);
  }

  hash(index: number): Buffer | undefined {
    const hash = this.#hash.get(this.#log, index);
    return hash === undefined ? undefined : asBytes(hash);
  }

  close(): void {
    this.#connection.close();
  }
}

function rowOf({ index, text, kid, subject, official, reference }: Row): SearchRow {
  const tags: string[] = [];
  for (const tag of [subject, official, reference]) if (tag !== '') tags.push(tag.toLowerCase());
  return { index, text, kid, tags };
}
