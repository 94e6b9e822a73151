import { type OnIndexed, type SearchRows } from '../../audit/search-index.ts';
import { LogIndexer } from './log-indexer.ts';

/**
 * Indexes all that a log holds. Ends when the index has reached the size that the log had at the start.
 * @param folder of this log's index
 * @throws FaultsError DATABASE_NOT_WRITABLE, DATABASE_IN_USE
 */
export function indexLog(rows: SearchRows, folder: string, zone: string, onIndexed: OnIndexed): void {
  const indexer = new LogIndexer(rows, folder, zone);
  const size = rows.size();
  try {
    for (let indexed = -1; indexed < size;) {
      const now = indexer.step();
      // Nothing was taken in: what is left cannot be read from the log.
      if (now === indexed) break;
      indexed = now;
      onIndexed(rows.origin, Math.min(indexed, size), size);
    }
  } finally {
    indexer.close();
  }
}
