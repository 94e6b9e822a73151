import { type Database, type Statement } from 'better-sqlite3';
import { type SearchRow, type SearchRows } from '../../audit/search-index.ts';
import { HEAD, type HeadRow, logMissing, logNumber } from '../head-row.ts';
import { connectReadOnly } from '../read-only.ts';
import { asBytes } from '../stored-bytes.ts';

interface Row {
  readonly idx: number;
  readonly leaf: unknown;
  readonly leaf_hash: unknown;
  readonly kid: string | null;
  readonly subject_tag: unknown;
  readonly official_tag: unknown;
  readonly case_tag: unknown;
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
  readonly #leaf: Statement<[number, number]>;

  constructor(connection: Database, log: number, { file, origin }: { file: string; origin: string }) {
    this.origin = origin;
    this.#file = file;
    this.#connection = connection;
    this.#log = log;
    this.#head = connection.prepare(`SELECT ${HEAD} FROM audit_head WHERE log = ?`);
    this.#rows = connection.prepare(
      `SELECT l.idx, l.leaf, l.leaf_hash, p.kid, p.subject_tag, p.official_tag, p.case_tag
         FROM audit_leaf l LEFT JOIN audit_personal p ON p.log = l.log AND p.idx = l.idx
        WHERE l.log = ? AND l.idx >= ? ORDER BY l.idx LIMIT ?`,
    );
    this.#leaf = connection
      .prepare<[number, number]>('SELECT leaf FROM audit_leaf WHERE log = ? AND idx = ?')
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

  leaf(index: number): Buffer | undefined {
    const bytes = this.#leaf.get(this.#log, index);
    return bytes === undefined ? undefined : asBytes(bytes);
  }

  close(): void {
    this.#connection.close();
  }
}

function rowOf(row: Row): SearchRow {
  const tags = [row.subject_tag, row.official_tag, row.case_tag].filter((tag) => Buffer.isBuffer(tag));
  const { idx: index, kid } = row;
  return { index, bytes: asBytes(row.leaf), hash: asBytes(row.leaf_hash), kid, tags };
}
