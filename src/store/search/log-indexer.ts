import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Database } from 'better-sqlite3';
import { type SearchRow, type SearchRows } from '../../audit/search-index.ts';
import { zonedDay } from '../../shared/zoned-day.ts';
import { inUse, notWritable } from '../database-faults.ts';
import { errorCode } from '../store-fault.ts';
import { BLOCK_LENGTH } from './facet-block.ts';
import {
  finishIndexFile,
  type FinishedMonth,
  type IndexState,
  isDamage,
  stateOf,
  writeIndexFile,
} from './index-file.ts';
import { IndexedLeaves } from './indexed-leaves.ts';
import { IndexWriter, type ReadRow } from './index-writer.ts';
import { isOf, stateIn } from './log-index.ts';
import { monthFile, monthsIn, removeMonth } from './month-files.ts';

/** Records that one transaction takes in; at most what a block holds. */
export const RECORDS_AT_ONCE = 5000;
/** Of these, so many are in memory as text. */
const READ_AT_ONCE = 250;

/** The file that is being written. */
interface OpenMonth {
  readonly month: string;
  readonly file: string;
  /** Tells the file from another one that took its name. */
  readonly identity: string | undefined;
  readonly connection: Database;
  readonly writer: IndexWriter;
}

/**
 * Brings the index of one log up to date, a transaction at a time. Several processes may do so at once, and each may die at
 * any moment: a file tells by itself how far it is.
 */
export class LogIndexer {
  readonly #rows: SearchRows;
  readonly #folder: string;
  readonly #zone: string;
  readonly #leaves = new IndexedLeaves();
  #open: OpenMonth | undefined;
  /** What the next file says of those before it. */
  #earlier: readonly FinishedMonth[] = [];

  /**
   * @param folder of this log's index
   * @param zone in which the month of a record is counted
   */
  constructor(rows: SearchRows, folder: string, zone: string) {
    this.#rows = rows;
    this.#folder = folder;
    this.#zone = zone;
  }

  /**
   * Takes in the next records, at most so many.
   * @returns how many records are indexed now, which is the size of the log when nothing is left to do
   * @throws FaultsError DATABASE_NOT_WRITABLE, DATABASE_IN_USE
   */
  step(most: number = RECORDS_AT_ONCE): number {
    try {
      return this.#stepOrRebuild(most);
    } catch (error) {
      this.close();
      throw asFault(error, this.#folder);
    }
  }

  close(): void {
    this.#open?.connection.close();
    this.#open = undefined;
  }

  /** A damaged file is removed, and its month is built anew. */
  #stepOrRebuild(most: number): number {
    try {
      return this.#step(most);
    } catch (error) {
      const month = this.#open?.month;
      if (!isDamage(error) || month === undefined) throw error;
      this.close();
      removeMonth(this.#folder, month);
      return this.#step(most);
    }
  }

  #step(most: number): number {
    const open = this.#current();
    const next = open === undefined ? 0 : (stateOf(open.connection)?.next ?? 0);
    if (next >= this.#rows.size()) return next;
    const month = this.#monthOf(this.#rows.rows(next, 1), open);
    if (month === undefined) return this.#rows.size();
    const into = open?.month === month ? open : this.#begin(month);
    return into.connection.transaction(() => this.#takeIn(into, next, most)).immediate();
  }

  /** The newest file; another one where somebody removed or replaced it. */
  #current(): OpenMonth | undefined {
    if (this.#open !== undefined && identityOf(this.#open.file) !== this.#open.identity) this.close();
    this.#open ??= this.#findOpen();
    return this.#open;
  }

  /** Inside the transaction, so that no tag comes back that a destruction has just removed from log and index. */
  #takeIn({ connection, writer, month }: OpenMonth, from: number, most: number): number {
    const { first, next, earlier } = stateOf(connection) ?? {
      first: from,
      next: from,
      earlier: this.#earlier,
    };
    const last = writer.add(this.#upToEnd(month, next, most));
    if (last === undefined) return next;
    const hash = this.#rows.hash(last);
    // Takes back what was added; the next step reads the log as it is then.
    if (hash === undefined) throw new Error('a record went while it was indexed');
    writer.setState({ origin: this.#rows.origin, first, next: last + 1, hash, earlier });
    return last + 1;
  }

  /** At most so many records before the first one of a later month, of as many indexes as a block holds: some may be missing. */
  *#upToEnd(month: string, from: number, most: number): Iterable<ReadRow> {
    let first: number | undefined;
    for (let next = from, left = most; left > 0;) {
      const rows = this.#rows.rows(next, Math.min(left, READ_AT_ONCE));
      for (const row of rows) {
        first ??= row.index;
        const leaf = this.#leaves.read(row.text);
        const isLater = leaf !== undefined && this.#month(leaf.time) > month;
        if (isLater || row.index >= first + BLOCK_LENGTH) return;
        yield { row, leaf };
      }
      next = (rows.at(-1)?.index ?? next) + 1;
      left = rows.length < READ_AT_ONCE ? 0 : left - rows.length;
    }
  }

  /** The newest file that holds a part of this log; later ones, and those that do not continue it, are removed. */
  #findOpen(): OpenMonth | undefined {
    const sound: FinishedMonth[] = [];
    let whole = true;
    for (const month of monthsIn(this.#folder)) {
      const state: IndexState | undefined = whole ? stateIn(monthFile(this.#folder, month)) : undefined;
      whole = state !== undefined && isOf(state, this.#rows) && isDeepStrictEqual(state.earlier, sound);
      if (whole && state !== undefined) sound.push({ month, first: state.first, next: state.next });
      else removeMonth(this.#folder, month);
    }
    const newest = sound.at(-1)?.month;
    return newest === undefined ? undefined : this.#openMonth(newest);
  }

  #begin(month: string): OpenMonth {
    const before = this.#open;
    const state = before && stateOf(before.connection);
    this.#earlier = [];
    if (before !== undefined && state !== undefined) {
      const { first, next, earlier } = state;
      this.#earlier = [...earlier, { month: before.month, first, next }];
      finishIndexFile(before.connection);
    }
    this.close();
    this.#open = this.#openMonth(month);
    return this.#open;
  }

  #openMonth(month: string): OpenMonth {
    const file = monthFile(this.#folder, month);
    let connection = writeIndexFile(file);
    if (connection === undefined) {
      removeMonth(this.#folder, month);
      connection = writeIndexFile(file);
    }
    if (connection === undefined) throw new Error('a new index file cannot be used');
    return { month, file, identity: identityOf(file), connection, writer: new IndexWriter(connection) };
  }

  /** A record that cannot be read, and one whose zone was another, is of the month that is open. */
  #monthOf(rows: readonly SearchRow[], open: OpenMonth | undefined): string | undefined {
    const [row] = rows;
    if (row === undefined) return undefined;
    const leaf = this.#leaves.read(row.text);
    if (leaf === undefined) return open?.month ?? this.#month('1970-01-01T00:00:00Z');
    const month = this.#month(leaf.time);
    return open !== undefined && month < open.month ? open.month : month;
  }

  #month(time: string): string {
    return zonedDay(Date.parse(time), this.#zone).date.slice(0, 7);
  }
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${String(found.ino)} ${String(found.birthtimeMs)}`;
}

function asFault(error: unknown, folder: string): unknown {
  const code = errorCode(error);
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|FULL|IOERR)|EACCES|EPERM|EROFS|ENOSPC)/.test(code))
    return notWritable(folder, error);
  return code.startsWith('SQLITE_BUSY') ? inUse(folder) : error;
}
