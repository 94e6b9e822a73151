import { type Knex } from 'knex';
import { type LogHead, type SealedPart, type Subtree } from '../../audit/audit-log.ts';
import { type NewLeaf, StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { headOf } from '../head-row.ts';
import { insertRows } from './insert-rows.ts';
import { ServerKids } from './server-kids.ts';
import { insertHead, logsOfNode, openHead } from './server-heads.ts';
import { wholeNumber } from './server-rows.ts';

/** The open log of a node, inside a transaction of a shared database. */
export class ServerLogRows {
  readonly #transaction: Knex.Transaction;
  readonly #node: string;
  readonly #kids: ServerKids;
  #log = 0;
  #head: LogHead | undefined;

  /**
   * @param node first two parts of the origin, `<gateway name>/<node>`
   * @param knownKids kids that earlier transactions found in the database; found ones are added
   */
  constructor(transaction: Knex.Transaction, node: string, knownKids: Set<string>) {
    this.#transaction = transaction;
    this.#node = node;
    this.#kids = new ServerKids(transaction, knownKids);
  }

  /** The head of the log that was opened last; nobody else moves it before the transaction ends. */
  async head(): Promise<LogHead> {
    return (this.#head ??= await this.#lockHead());
  }

  async leavesOf(queryIds: readonly string[]): Promise<readonly Buffer[]> {
    return this.#transaction('audit_leaf')
      .whereIn('log', logsOfNode(this.#transaction, this.#node).select('log'))
      .whereIn('query_id', queryIds)
      .pluck<Buffer[]>('leaf');
  }

  async append(leaves: readonly NewLeaf[], subtrees: readonly Subtree[]): Promise<void> {
    await this.head();
    const log = this.#log;
    const parts = leaves.filter(hasPart);
    await this.#kids.add([...new Set(parts.map(({ sealed }) => sealed.kid))]);
    await this.#insert(
      'audit_leaf',
      leaves.map(({ index, queryId, bytes, hash }) => ({
        log,
        idx: index,
        query_id: queryId,
        leaf: bytes,
        leaf_hash: hash,
      })),
    );
    await this.#insert(
      'audit_personal',
      parts.map(({ index, sealed }) => ({ log, idx: index, ...this.#partRow(sealed) })),
    );
    await this.#insert(
      'audit_subtree',
      subtrees.map(({ level, index, hash }) => ({ log, level, idx: index, hash })),
    );
  }

  /** Rejects with StoreBusyError when the head is not `from` any more. */
  async moveHead(from: LogHead, to: LogHead): Promise<void> {
    await this.head();
    const { size, root, lastTime, next } = to;
    const moved = await this.#transaction('audit_head')
      .where({ log: this.#log, size: from.size, root: from.root })
      .whereNull('next_origin')
      .update({ size, root, frontier: Buffer.concat(to.frontier), last_time: lastTime, next_origin: next });
    if (moved !== 1) throw new StoreBusyError('the head of the log was moved by somebody else');
    this.#head = to;
    await this.#insert('audit_root', [{ log: this.#log, size, root, at: lastTime }]);
  }

  /** Rejects where the log is not closed. */
  async openNext(vkey: string): Promise<LogHead> {
    const { next, lastTime } = await this.head();
    if (next === null) throw new Error('a log that takes records has no next one');
    await insertHead(this.#transaction, { origin: next, vkey, lastTime });
    this.#head = undefined;
    return this.head();
  }

  /** Who waited for a head that was closed meanwhile looks again: the next log came with the end of the first. */
  async #lockHead(): Promise<LogHead> {
    const find = async (): Promise<LogHead> => {
      const row = await openHead(this.#transaction, this.#node).forUpdate();
      if (row === undefined) throw new Error('the head of the log is gone');
      this.#log = row.log;
      return headOf({ ...row, size: wholeNumber(row.size), last_time: wholeNumber(row.last_time) });
    };
    const found = await find();
    return found.next === null ? found : find();
  }

  #partRow(sealed: SealedPart): Record<string, unknown> {
    const { kid, salt, slot, nonce, box, subjectTag, officialTag, caseTag, purgeAfter } = sealed;
    // Bound as a parameter, a null would be text to SQL Server, which does not turn text into bytes.
    const bytes = (tag: Buffer | null): unknown => tag ?? this.#transaction.raw('NULL');
    return {
      kid,
      salt,
      slot,
      nonce,
      box,
      subject_tag: bytes(subjectTag),
      official_tag: bytes(officialTag),
      case_tag: bytes(caseTag),
      purge_after: purgeAfter,
    };
  }

  async #insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
    await insertRows(this.#transaction, table, rows);
  }
}

function hasPart(leaf: NewLeaf): leaf is NewLeaf & { readonly sealed: SealedPart } {
  return leaf.sealed !== null;
}
