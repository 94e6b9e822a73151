import { type Database, type Statement } from 'better-sqlite3';
import { type LogHead } from '../audit/audit-log.ts';
import { type NewLeaf, StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { type HeadRow, headOf } from './head-row.ts';
import { KidTable } from './kid-table.ts';

type LeafValues = [number, number, string, Buffer, Buffer];
type PersonalValues = [
  number, number, string, Buffer, number, Buffer, Buffer, Buffer | null, Buffer | null, string,
]; // prettier-ignore

/** Appends to one log inside a transaction that the caller holds. */
export class LogTable {
  readonly #log: number;
  readonly #head: Statement<[number], HeadRow>;
  readonly #leaf: Statement<LeafValues>;
  readonly #personal: Statement<PersonalValues>;
  readonly #kids: KidTable;
  readonly #moveHead: Statement<[number, Buffer, Buffer, number, number, number, Buffer]>;
  readonly #root: Statement<[number, number, Buffer, number]>;

  constructor(connection: Database, log: number) {
    this.#log = log;
    this.#head = connection.prepare(
      'SELECT origin, size, root, frontier, last_time FROM audit_head WHERE log = ?',
    );
    this.#leaf = connection.prepare(
      'INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (?, ?, ?, ?, ?)',
    );
    this.#personal = connection.prepare(
      `INSERT INTO audit_personal (log, idx, kid, salt, slot, nonce, box, subject_tag, official_tag, purge_after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#kids = new KidTable(connection);
    this.#moveHead = connection.prepare(
      'UPDATE audit_head SET size = ?, root = ?, frontier = ?, last_time = ? WHERE log = ? AND size = ? AND root = ?',
    );
    this.#root = connection.prepare('INSERT INTO audit_root (log, size, root, at) VALUES (?, ?, ?, ?)');
  }

  head(): LogHead {
    const row = this.#head.get(this.#log);
    if (row === undefined) throw new Error('the head of the log is gone');
    return headOf(row);
  }

  append(leaves: readonly NewLeaf[]): void {
    for (const kid of new Set(leaves.map((leaf) => leaf.sealed?.kid)))
      if (kid !== undefined) this.#kids.add(kid);
    for (const { index, queryId, bytes, hash, sealed } of leaves) {
      this.#leaf.run(this.#log, index, queryId, bytes, hash);
      if (sealed === null) continue;
      const { kid, salt, slot, nonce, box, subjectTag, officialTag, purgeAfter } = sealed;
      this.#personal.run(this.#log, index, kid, salt, slot, nonce, box, subjectTag, officialTag, purgeAfter);
    }
  }

  /** @throws StoreBusyError when the head is not `from` any more */
  moveHead(from: LogHead, to: LogHead): void {
    const { size, root, lastTime } = to;
    const frontier = Buffer.concat(to.frontier);
    const { changes } = this.#moveHead.run(size, root, frontier, lastTime, this.#log, from.size, from.root);
    if (changes === 0) throw new StoreBusyError('the head of the log was moved by somebody else');
    this.#root.run(this.#log, size, root, lastTime);
  }
}
