import { type Knex } from 'knex';
import { type CopiedTable, GROWING, SCATTERED, SUBTREES } from './copied-tables.ts';
import { type CopyFile } from './copy-file.ts';
import { logsOfNode } from './server-heads.ts';
import { type ServerDatabase } from './server-database.ts';
import { wholeNumber, wholeNumbers } from './server-rows.ts';
import { readAtOneMoment } from './server-transact.ts';

const ROWS_AT_ONCE = 1_000;
const HEAD = ['log', 'origin', 'size', 'root', 'frontier', 'last_time', 'next_origin'];
const DESTROYED = ['kid', 'plan', 'day', 'record', 'emptied_at'];

interface HeadRow extends Record<string, unknown> {
  readonly log: number;
  readonly size: number;
  readonly next_origin: string | null;
}

type Row = Readonly<Record<string, unknown>>;

/** Told how many leaves of all are copied. */
export type OnCopied = (done: number, all: number) => void;

/**
 * A node's logs, copied out of a shared database into a file of the gateway's own schema, so that one verifier, one sealer
 * and one search read every engine. Rows are taken as they are; a copy that the database does not continue is begun anew.
 */
export class LogCopy {
  readonly #database: ServerDatabase;
  readonly #node: string;
  readonly #file: CopyFile;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param node first two parts of the origins that are copied */
  constructor(database: ServerDatabase, node: string, file: CopyFile) {
    this.#database = database;
    this.#node = node;
    this.#file = file;
  }

  get file(): string {
    return this.#file.file;
  }

  /** Resolves once the copy holds all that was committed when this was called. */
  async refresh(onCopied: OnCopied = () => undefined): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#copy(onCopied).finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    // The run under way may have read the database before the caller's commit.
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(async () => {
        this.#next = undefined;
        return this.refresh(onCopied);
      });
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    await this.#running?.catch(() => undefined);
    await this.#file.close();
  }

  async #copy(onCopied: OnCopied): Promise<void> {
    // First the copy, then the database: what another process has copied meanwhile is then in the database as it is read.
    await this.#file.alone(async () =>
      readAtOneMoment(this.#database.knex, async (transaction) => this.#copyAll(transaction, onCopied)),
    );
  }

  async #copyAll(transaction: Knex.Transaction, onCopied: OnCopied): Promise<void> {
    const found: readonly HeadRow[] = await logsOfNode(transaction, this.#node).orderBy('log').select(HEAD);
    const heads = found.map((row) => wholeNumbers(row, 'size', 'last_time'));
    if (!(await this.#continues(transaction, heads))) this.#file.clear();
    const before = new Map(this.#file.heads().map((head) => [head.log, head]));
    const all = heads.reduce((sum, { size }) => sum + size, 0);
    let done = [...before.values()].reduce((sum, { size }) => sum + size, 0);
    await this.#copyKids(transaction);
    for (const head of heads) {
      const known = before.get(head.log);
      if (known?.size !== head.size || known.next_origin !== head.next_origin) {
        // First the head: rows refer to it.
        this.#file.put('audit_head', HEAD, [head]);
        for (const table of GROWING)
          await this.#copyGrowing(transaction, table, head.log, (rows) => {
            if (table.name === 'audit_leaf') onCopied((done += rows), all);
          });
        await this.#copySubtrees(transaction, head.log);
      }
      for (const table of SCATTERED) await this.#copyScattered(transaction, table, head.log);
    }
  }

  /** Whether every copied log is the beginning of the log of the same number. */
  async #continues(transaction: Knex.Transaction, heads: readonly HeadRow[]): Promise<boolean> {
    for (const { log, size } of this.#file.heads()) {
      const head = heads.find((one) => one.log === log);
      if (head === undefined || head.size < size) return false;
      if (size === 0) continue;
      const [hash] = await transaction('audit_leaf')
        .where({ log, idx: size - 1 })
        .pluck<Buffer[]>('leaf_hash');
      if (hash === undefined || this.#file.leafHash(log, size - 1)?.equals(hash) !== true) return false;
    }
    return true;
  }

  async #copyGrowing(
    transaction: Knex.Transaction,
    table: CopiedTable,
    log: number,
    onRows: (rows: number) => void,
  ): Promise<void> {
    const { name, columns, order } = table;
    let last = this.#file.last(table, log);
    for (;;) {
      const rows: readonly Row[] = await transaction(name)
        .where({ log })
        .modify(onlyFrom, '>', { [order]: last })
        .orderBy(order)
        .limit(ROWS_AT_ONCE)
        .select([...columns]);
      const end = rows.at(-1);
      if (end === undefined) return;
      this.#file.put(name, columns, rows);
      last = wholeNumber(end[order] as number | string);
      onRows(rows.length);
    }
  }

  async #copySubtrees(transaction: Knex.Transaction, log: number): Promise<void> {
    const { name, columns } = SUBTREES;
    const levels = await transaction(name).where({ log }).distinct().pluck<number[]>('level');
    for (const level of levels) {
      for (;;) {
        const last = this.#file.lastSubtree(log, level);
        const rows: readonly Row[] = await transaction(name)
          .where({ log, level })
          .modify(onlyFrom, '>', { idx: last })
          .orderBy('idx')
          .limit(ROWS_AT_ONCE)
          .select([...columns]);
        if (rows.length === 0) break;
        this.#file.put(name, columns, rows);
      }
    }
  }

  async #copyScattered(transaction: Knex.Transaction, table: CopiedTable, log: number): Promise<void> {
    const { name, columns, order } = table;
    const newest: readonly Row[] = await transaction(name)
      .where({ log })
      .modify(onlyFrom, '>=', { [order]: this.#file.last(table, log) })
      .select([...columns]);
    this.#file.put(name, columns, newest);
    const [counted]: readonly { readonly rows?: number | string }[] = await transaction(name)
      .where({ log })
      .count({ rows: '*' });
    const count = wholeNumber(counted?.rows ?? 0);
    if (count === this.#file.count(table, log)) return;
    this.#file.removeAll(table, log);
    // In the order of the whole key, so that no page repeats or leaves out a row.
    const key = name === 'audit_cosignature' ? ['size', 'name'] : [order];
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const rows: readonly Row[] = await transaction(name)
        .where({ log })
        .orderBy(key)
        .limit(ROWS_AT_ONCE)
        .offset(from)
        .select([...columns]);
      this.#file.put(name, columns, rows);
    }
  }

  /** Parts of destroyed kids leave the copy as they leave the database. */
  async #copyKids(transaction: Knex.Transaction): Promise<void> {
    const kids = await transaction('audit_kid').pluck<string[]>('kid');
    const known = this.#file.kids('audit_kid');
    const added = kids.filter((kid) => !known.has(kid)).map((kid) => ({ kid }));
    this.#file.put('audit_kid', ['kid'], added);
    const destroyed: readonly Row[] = await transaction('destroyed_kid')
      .whereNotNull('emptied_at')
      .select(DESTROYED);
    const gone = this.#file.kids('destroyed_kid');
    for (const row of destroyed.filter(({ kid }) => !gone.has(kid as string))) {
      this.#file.removeParts(row['kid'] as string);
      this.#file.put('destroyed_kid', DESTROYED, [row]);
    }
  }
}

/** Rows from a place on; all of them where there is no such place. */
function onlyFrom(
  rows: Knex.QueryBuilder,
  operator: '>' | '>=',
  place: Readonly<Record<string, number | undefined>>,
): void {
  for (const [column, value] of Object.entries(place))
    if (value !== undefined) rows.where(column, operator, value);
}
