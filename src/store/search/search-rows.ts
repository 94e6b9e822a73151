import { type Database, type Statement } from 'better-sqlite3';
import { type SearchRow, type SearchRows } from '../../audit/search-index.ts';
import { HEAD, type HeadRow, logMissing, logNumber } from '../head-row.ts';
import { connectReadOnly } from '../read-only.ts';
import { asBytes } from '../stored-bytes.ts';

/**
 * Index, text, kid, and the tags of subject, official and case; empty where there is none. As a list: naming the columns of every
 * row costs as much as reading them.
 */
type Row = readonly [number, string, string | null, ...string[]];

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
    this.#rows = connection
      .prepare<[number, number, number], Row>(
        `SELECT l.idx, CAST(l.leaf AS TEXT), p.kid, hex(p.subject_tag), hex(p.official_tag), hex(p.case_tag)
           FROM audit_leaf l LEFT JOIN audit_personal p ON p.log = l.log AND p.idx = l.idx
          WHERE l.log = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?`,
      )
      .raw();
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

function rowOf([index, text, kid, ...given]: Row): SearchRow {
  return { index, text, kid, tags: given.filter((tag) => tag !== '') };
}
