import { type Database, type Statement } from 'better-sqlite3';
import {
  type EvidenceReader,
  type LogHead,
  type SealedPart,
  type StoredLeaf,
  type StoredRoot,
} from '../audit/audit-log.ts';
import { EvidenceRows } from './evidence-rows.ts';
import { HEAD, type HeadRow, headOf, logNumber } from './head-row.ts';
import { asBytes } from './stored-bytes.ts';
import { connectReadOnly } from './read-only.ts';

/** Columns of a leaf row, in order, as any program may have left them: SQLite does not enforce types. */
type LeafRow = readonly [idx: number, queryId: unknown, leaf: unknown, leafHash: unknown];

const LEAF = 'SELECT idx, query_id, leaf, leaf_hash FROM audit_leaf WHERE log = ?';

/**
 * Reads one log over a read-only connection of its own; works beside a running server.
 * @throws FaultsError when the database holds no log of this origin
 */
export function openLogReader(file: string, origin: string): EvidenceReader {
  const connection = connectReadOnly(file);
  try {
    return new SqliteLogReader(connection, logNumber(connection, file, origin));
  } catch (error) {
    connection.close();
    throw error;
  }
}

class SqliteLogReader extends EvidenceRows implements EvidenceReader {
  readonly #connection: Database;
  readonly #log: number;
  readonly #head: Statement<[number], HeadRow>;
  readonly #leafOf: Statement<[number, string], LeafRow>;
  readonly #sealed: Statement<[number, number], SealedPart>;

  constructor(connection: Database, log: number) {
    super(connection, log);
    this.#connection = connection;
    this.#log = log;
    this.#head = connection.prepare(`SELECT ${HEAD} FROM audit_head WHERE log = ?`);
    this.#leafOf = connection.prepare<[number, string], LeafRow>(`${LEAF} AND query_id = ?`).raw();
    this.#sealed = connection.prepare(
      `SELECT kid, salt, slot, nonce, box, subject_tag AS subjectTag, official_tag AS officialTag,
         case_tag AS caseTag, purge_after AS purgeAfter FROM audit_personal WHERE log = ? AND idx = ?`,
    );
  }

  atOneMoment<T>(read: () => T): T {
    return this.#connection.transaction(read)();
  }

  head(): LogHead {
    const row = this.#head.get(this.#log);
    if (row === undefined) throw new Error('the head of the log is gone');
    return headOf({ ...row, root: asBytes(row.root), frontier: asBytes(row.frontier) });
  }

  *leaves(from = Number.MIN_SAFE_INTEGER): Iterable<StoredLeaf> {
    const all = this.#connection
      .prepare<[number, number], LeafRow>(`${LEAF} AND idx >= ? ORDER BY idx`)
      .raw();
    for (const row of all.iterate(this.#log, from)) yield leafOf(row);
  }

  *roots(): Iterable<StoredRoot> {
    const all = this.#connection.prepare<[number], { size: number; root: unknown }>(
      'SELECT size, root FROM audit_root WHERE log = ? ORDER BY size',
    );
    for (const { size, root } of all.iterate(this.#log)) yield { size, root: asBytes(root) };
  }

  leafOf(queryId: string): StoredLeaf | undefined {
    const row = this.#leafOf.get(this.#log, queryId);
    return row && leafOf(row);
  }

  sealedPart(index: number): SealedPart | undefined {
    return this.#sealed.get(this.#log, index);
  }

  *indexesWithPart(): Iterable<number> {
    const all = this.#connection
      .prepare<[number], number>('SELECT idx FROM audit_personal WHERE log = ? ORDER BY idx')
      .pluck();
    yield* all.iterate(this.#log);
  }

  close(): void {
    this.#connection.close();
  }
}

function leafOf([index, queryId, leaf, leafHash]: LeafRow): StoredLeaf {
  return { index, queryId: String(queryId), bytes: asBytes(leaf), hash: asBytes(leafHash) };
}
