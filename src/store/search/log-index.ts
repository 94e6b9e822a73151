import { type IndexQuery, NO_INDEX, type SearchIndex, type SearchRows } from '../../audit/search-index.ts';
import { storeFault } from '../store-fault.ts';
import { readIndexFile, isDamage, stateOf } from './index-file.ts';
import { MonthIndex } from './month-index.ts';
import { monthFile, monthsIn } from './month-files.ts';

/**
 * Opens the index of one log for reading. Only files that continue each other from the first record on, and end with a leaf that
 * the log holds at that place, count; what stands behind the first that does not is as good as not indexed.
 * @param folder of this log's index
 */
export function openLogIndex(folder: string, rows: SearchRows): SearchIndex {
  const months: { readonly file: string; readonly index: MonthIndex }[] = [];
  let size = 0;
  for (const month of monthsIn(folder)) {
    const file = monthFile(folder, month);
    const index = openMonth(file);
    if (index === undefined) break;
    if (!continues(index, size, rows)) {
      index.close();
      break;
    }
    months.unshift({ file, index });
    size = index.state.next;
  }
  if (months.length === 0) return NO_INDEX;
  return {
    size,
    find: function* (query: IndexQuery): Iterable<number> {
      for (const { file, index } of months) {
        const { first, next } = index.state;
        if (first < query.below && next > query.from) yield* ofMonth(file, index, query);
      }
    },
    close: () => {
      for (const { index } of months) index.close();
    },
  };
}

/** Whether the file holds what follows the first `size` records of this log as it stands. */
export function continues({ state }: MonthIndex, size: number, rows: SearchRows): boolean {
  const { origin, first, next, hash } = state;
  if (origin !== rows.origin || first !== size || next <= first) return false;
  const [last] = rows.rows(next - 1, 1);
  return last?.index === next - 1 && last.hash.equals(hash);
}

/** Undefined where the file is missing, damaged, of another version or still empty. */
export function openMonth(file: string): MonthIndex | undefined {
  const connection = readIndexFile(file);
  if (connection === undefined) return undefined;
  try {
    const state = stateOf(connection);
    if (state !== undefined) return new MonthIndex(connection, state);
  } catch (error) {
    connection.close();
    if (!isDamage(error)) throw error;
    return undefined;
  }
  connection.close();
  return undefined;
}

function* ofMonth(file: string, index: MonthIndex, query: IndexQuery): Iterable<number> {
  try {
    yield* index.find({ ...query, below: Math.min(query.below, index.state.next) });
  } catch (error) {
    throw isDamage(error) ? damaged(file) : error;
  }
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
