import { existsSync } from 'node:fs';
import { type IndexQuery, NO_INDEX, type SearchIndex, type SearchRows } from '../../audit/search-index.ts';
import { storeFault } from '../store-fault.ts';
import { type FinishedMonth, type IndexState, isDamage, readIndexFile, stateOf } from './index-file.ts';
import { MonthIndex } from './month-index.ts';
import { monthFile, monthsIn } from './month-files.ts';

/**
 * Opens the index of one log for reading. The newest file tells what the index holds; the others are opened when the search
 * comes to them. An index that is not of this log as it stands, or lacks a file, is as good as none.
 * @param folder of this log's index
 */
export function openLogIndex(folder: string, rows: SearchRows): SearchIndex {
  const month = monthsIn(folder).at(-1);
  const state = month === undefined ? undefined : stateIn(monthFile(folder, month));
  if (month === undefined || state === undefined || !isOf(state, rows)) return NO_INDEX;
  const { first, next, earlier } = state;
  if (!earlier.every((one) => existsSync(monthFile(folder, one.month)))) return NO_INDEX;
  return new LogIndex(folder, [...earlier, { month, first, next }].reverse());
}

/** Whether the state is that of the log as it stands: the last leaf that was indexed is there. */
export function isOf({ origin, first, next, hash, earlier }: IndexState, rows: SearchRows): boolean {
  if (origin !== rows.origin || first !== (earlier.at(-1)?.next ?? 0)) return false;
  return rows.hash(next - 1)?.equals(hash) === true;
}

/** Undefined where the file is missing, damaged, of another version or still empty. */
export function stateIn(file: string): IndexState | undefined {
  const connection = readIndexFile(file);
  try {
    return connection && stateOf(connection);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  } finally {
    connection?.close();
  }
}

class LogIndex implements SearchIndex {
  readonly size: number;
  readonly #folder: string;
  readonly #months: readonly FinishedMonth[];
  readonly #open = new Map<string, MonthIndex>();

  /** @param months newest first */
  constructor(folder: string, months: readonly FinishedMonth[]) {
    this.size = months[0]?.next ?? 0;
    this.#folder = folder;
    this.#months = months;
  }

  *find(query: IndexQuery): Iterable<number> {
    if (query.tags.length === 0 && Object.values(query.values).every((value) => value === undefined)) {
      // Every record satisfies it.
      for (let at = Math.min(query.below, this.size) - 1; at >= query.from; at -= 1) yield at;
      return;
    }
    for (const month of this.#months) {
      if (month.first >= query.below || month.next <= query.from) continue;
      const file = monthFile(this.#folder, month.month);
      try {
        yield* this.#indexOf(month, file).find({ ...query, below: Math.min(query.below, month.next) });
      } catch (error) {
        throw isDamage(error) ? damaged(file) : error;
      }
    }
  }

  close(): void {
    for (const index of this.#open.values()) index.close();
    this.#open.clear();
  }

  #indexOf({ month, first }: FinishedMonth, file: string): MonthIndex {
    const known = this.#open.get(month);
    if (known !== undefined) return known;
    const index = openMonth(file, first);
    this.#open.set(month, index);
    return index;
  }
}

/** @throws Error where the file is missing, damaged or of another month */
function openMonth(file: string, first: number): MonthIndex {
  const connection = readIndexFile(file);
  try {
    if (connection !== undefined && stateOf(connection)?.first === first) return new MonthIndex(connection);
  } catch (error) {
    connection?.close();
    throw error;
  }
  connection?.close();
  throw damaged(file);
}

function damaged(file: string): Error {
  return storeFault(
    'SEARCH_INDEX_DAMAGED',
    file,
    { tr: 'arama dizininin dosyası bozulmuş', en: 'the file of the search index is damaged' },
    {
      tr: 'Dosyayı silin; arama onu kayıtlardan yeniden kurar. Delil bundan etkilenmez.',
      en: 'Delete the file; the search builds it anew from the records. Evidence is not affected.',
    },
  );
}
