import { type Knex } from 'knex';
import { type LogHead, type SealedPart, type Subtree } from '../../audit/audit-log.ts';
import { emptyRoot } from '../../audit/merkle.ts';
import { type NewLeaf, StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { headOf, type HeadRow } from '../head-row.ts';
import { insertRows } from './insert-rows.ts';
import { type ServerEngine } from './server-address.ts';
import { wholeNumber } from './server-rows.ts';

type StoredHead = Omit<HeadRow, 'size' | 'last_time'> & {
  readonly log: number;
  readonly size: number | string;
  readonly last_time: number | string;
};

/** The open log of a node, inside a transaction of a shared database. */
export class ServerLogRows {
  readonly #transaction: Knex.Transaction;
  readonly #engine: ServerEngine;
  readonly #node: string;
  #log = 0;

  /** @param node first two parts of the origin, `<gateway name>/<node>` */
  constructor(transaction: Knex.Transaction, engine: ServerEngine, node: string) {
    this.#transaction = transaction;
    this.#engine = engine;
    this.#node = node;
  }

  /** The head of the log that was opened last; nobody else moves it before the transaction ends. */
  async head(): Promise<LogHead> {
    const row = await openHead(this.#transaction, this.#node).forUpdate();
    if (row === undefined) throw new Error('the head of the log is gone');
    this.#log = row.log;
    return headOf({ ...row, size: wholeNumber(row.size), last_time: wholeNumber(row.last_time) });
  }

  async append(leaves: readonly NewLeaf[], subtrees: readonly Subtree[]): Promise<void> {
    if (this.#log === 0) await this.head();
    const log = this.#log;
    const parts = leaves.filter(hasPart);
    await this.#addKids([...new Set(parts.map(({ sealed }) => sealed.kid))]);
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
    const { size, root, lastTime, next } = to;
    const moved = await this.#transaction('audit_head')
      .where({ log: this.#log, size: from.size, root: from.root })
      .whereNull('next_origin')
      .update({ size, root, frontier: Buffer.concat(to.frontier), last_time: lastTime, next_origin: next });
    if (moved !== 1) throw new StoreBusyError('the head of the log was moved by somebody else');
    await this.#insert('audit_root', [{ log: this.#log, size, root, at: lastTime }]);
  }

  /** Rejects where the log is not closed. */
  async openNext(vkey: string): Promise<LogHead> {
    const { next, lastTime } = await this.head();
    if (next === null) throw new Error('a log that takes records has no next one');
    await insertHead(this.#transaction, { origin: next, vkey, lastTime });
    return this.head();
  }

  /** Another node may register the same kid at this moment; a kid is registered once. */
  async #addKids(kids: readonly string[]): Promise<void> {
    if (kids.length === 0) return;
    const known = await this.#transaction('audit_kid').whereIn('kid', kids).pluck<string[]>('kid');
    const unknown = kids.filter((kid) => !known.includes(kid));
    if (unknown.length === 0) return;
    await addOnce(this.#transaction, this.#engine, 'audit_kid', 'kid', unknown);
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

/** The newest head of a node. */
export function openHead(database: Knex, node: string): Knex.QueryBuilder<object, StoredHead | undefined> {
  return database('audit_head')
    .whereRaw('LEFT(origin, ?) = ?', [node.length + 1, `${node}/`])
    .orderBy('log', 'desc')
    .first() as Knex.QueryBuilder<object, StoredHead | undefined>;
}

/** Makes the empty head of a log with the key that will sign its checkpoints. */
export async function insertHead(
  transaction: Knex.Transaction,
  { origin, vkey, lastTime }: { readonly origin: string; readonly vkey: string; readonly lastTime: number },
): Promise<void> {
  await transaction('audit_head').insert({
    origin,
    size: 0,
    root: emptyRoot,
    frontier: Buffer.alloc(0),
    last_time: lastTime,
  });
  // Not what the insert returns: SQL Server refuses OUTPUT on a table with a trigger.
  const made = (await transaction('audit_head').where({ origin }).first('log')) as { readonly log: number };
  await transaction('audit_key').insert({ log: made.log, vkey });
}

/** Inserts values that somebody else may insert at the same moment; either way they are there afterwards. */
async function addOnce(
  transaction: Knex.Transaction,
  engine: ServerEngine,
  table: string,
  column: string,
  values: readonly string[],
): Promise<void> {
  for (const value of values) {
    if (engine === 'postgres') {
      await transaction(table)
        .insert({ [column]: value })
        .onConflict(column)
        .ignore();
    } else {
      // HOLDLOCK keeps the gap: of two transactions that both find no row, the second waits for the first.
      await transaction.raw(
        `INSERT INTO ?? (??) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM ?? WITH (UPDLOCK, HOLDLOCK) WHERE ?? = ?)`,
        [table, column, value, table, column, value],
      );
    }
  }
}

function hasPart(leaf: NewLeaf): leaf is NewLeaf & { readonly sealed: SealedPart } {
  return leaf.sealed !== null;
}
