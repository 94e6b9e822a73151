import { type Database, type Statement } from 'better-sqlite3';
import { type LogHead, type SealedPart, type Subtree } from '../audit/audit-log.ts';
import { emptyRoot } from '../audit/merkle.ts';
import { type NewLeaf, StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { HEAD, type HeadRow, headOf } from './head-row.ts';
import { KidTable } from './kid-table.ts';
import { OF_NODE, openLog } from './open-log.ts';

type PersonalValues = [
  number, number, string, Buffer, number, Buffer, Buffer, Buffer | null, Buffer | null, Buffer | null, string,
]; // prettier-ignore
type HeadValues = [number, Buffer, Buffer, number, string | null, number, number, Buffer];

/** Appends to the open log of a node inside a transaction that the caller holds. */
export class LogTable {
  readonly #node: string;
  readonly #openLog: (node: string) => number | undefined;
  #log = 0;
  readonly #head: Statement<[number], HeadRow>;
  readonly #leaf: Statement<[number, number, string, Buffer, Buffer]>;
  readonly #personal: Statement<PersonalValues>;
  readonly #subtree: Statement<[number, number, number, Buffer]>;
  readonly #kids: KidTable;
  readonly #moveHead: Statement<HeadValues>;
  readonly #root: Statement<[number, number, Buffer, number]>;
  readonly #leavesOf: Statement<[string, string, string], Buffer>;
  readonly #newHead: Statement<[string, Buffer, number]>;
  readonly #newKey: Statement<[number, string]>;

  /** @param node first two parts of the origin, `<gateway name>/<node>` */
  constructor(connection: Database, node: string) {
    this.#node = node;
    this.#openLog = openLog(connection);
    this.#head = connection.prepare(`SELECT ${HEAD} FROM audit_head WHERE log = ?`);
    this.#leaf = connection.prepare(
      'INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (?, ?, ?, ?, ?)',
    );
    this.#personal = connection.prepare(
      `INSERT INTO audit_personal
         (log, idx, kid, salt, slot, nonce, box, subject_tag, official_tag, case_tag, purge_after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#subtree = connection.prepare(
      'INSERT INTO audit_subtree (log, level, idx, hash) VALUES (?, ?, ?, ?)',
    );
    this.#kids = new KidTable(connection);
    this.#moveHead = connection.prepare(
      `UPDATE audit_head SET size = ?, root = ?, frontier = ?, last_time = ?, next_origin = ?
       WHERE log = ? AND size = ? AND root = ? AND next_origin IS NULL`,
    );
    this.#root = connection.prepare('INSERT INTO audit_root (log, size, root, at) VALUES (?, ?, ?, ?)');
    this.#leavesOf = connection
      .prepare<[string, string, string], Buffer>(
        `SELECT leaf FROM audit_leaf
         WHERE log IN (SELECT log FROM audit_head WHERE ${OF_NODE})
           AND query_id IN (SELECT value FROM json_each(?))`,
      )
      .pluck();
    this.#newHead = connection.prepare(
      "INSERT INTO audit_head (origin, size, root, frontier, last_time) VALUES (?, 0, ?, x'', ?)",
    );
    this.#newKey = connection.prepare('INSERT INTO audit_key (log, vkey) VALUES (?, ?)');
  }

  /** MUST be called when a transaction begins: another process may have opened the next log. */
  begin(): void {
    this.#log = this.#openLog(this.#node) ?? 0;
  }

  head(): LogHead {
    const row = this.#head.get(this.#log);
    if (row === undefined) throw new Error('the head of the log is gone');
    return headOf(row);
  }

  leavesOf(queryIds: readonly string[]): readonly Buffer[] {
    return this.#leavesOf.all(this.#node, this.#node, JSON.stringify(queryIds));
  }

  append(leaves: readonly NewLeaf[], subtrees: readonly Subtree[]): void {
    for (const kid of new Set(leaves.map((leaf) => leaf.sealed?.kid)))
      if (kid !== undefined) this.#kids.add(kid);
    for (const { index, queryId, bytes, hash, sealed } of leaves) {
      this.#leaf.run(this.#log, index, queryId, bytes, hash);
      if (sealed !== null) this.#appendPart(index, sealed);
    }
    for (const { level, index, hash } of subtrees) this.#subtree.run(this.#log, level, index, hash);
  }

  /** @throws StoreBusyError when the head is not `from` any more */
  moveHead(from: LogHead, to: LogHead): void {
    const { size, root, lastTime, next } = to;
    const frontier = Buffer.concat(to.frontier);
    const was: [number, number, Buffer] = [this.#log, from.size, from.root];
    const { changes } = this.#moveHead.run(size, root, frontier, lastTime, next, ...was);
    if (changes === 0) throw new StoreBusyError('the head of the log was moved by somebody else');
    this.#root.run(this.#log, size, root, lastTime);
  }

  /** @throws Error when the log is not closed */
  openNext(vkey: string): LogHead {
    const { next, lastTime } = this.head();
    if (next === null) throw new Error('a log that takes records has no next one');
    // Time goes on from one log to the next.
    this.#newHead.run(next, emptyRoot, lastTime);
    this.begin();
    this.#newKey.run(this.#log, vkey);
    return this.head();
  }

  #appendPart(index: number, sealed: SealedPart): void {
    const { kid, salt, slot, nonce, box, subjectTag, officialTag, caseTag, purgeAfter } = sealed;
    this.#personal.run(
      this.#log, index, kid, salt, slot, nonce, box, subjectTag, officialTag, caseTag, purgeAfter,
    ); // prettier-ignore
  }
}
