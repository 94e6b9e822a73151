import { type OnIndexed, type SearchedLog, type SearchRows } from '../../audit/search-index.ts';
import { FaultsError } from '../../shared/fault.ts';
import { indexLog } from './index-log.ts';
import { openLogIndex } from './log-index.ts';
import { indexFolder } from './month-files.ts';
import { openSearchRows } from './search-rows.ts';

/** So many records that are not indexed yet are read faster than they are indexed. */
export const MOST_SCANNED = 2000;

/** Where logs and their indexes lie. */
export interface SearchStorage {
  readonly databaseFile: string;
  /** Folder of the indexes of all logs. */
  readonly searchFolder: string;
  /** IANA zone in which the month of a record is counted. */
  readonly zone: string;
}

/**
 * Opens one log to be searched. Its index is brought up to date first where it is far behind, missing or another's; where
 * that cannot be written, the search reads the log itself. Whoever opens it closes rows and index.
 * @throws FaultsError when the log cannot be read
 */
export function openSearchedLog(storage: SearchStorage, origin: string, onIndexed: OnIndexed): SearchedLog {
  const rows = openSearchRows(storage.databaseFile, origin);
  try {
    const folder = indexFolder(storage.searchFolder, origin);
    let index = openLogIndex(folder, rows);
    if (rows.size() - index.size > MOST_SCANNED && built(rows, folder, storage.zone, onIndexed)) {
      index.close();
      index = openLogIndex(folder, rows);
    }
    return { rows, index };
  } catch (error) {
    rows.close();
    throw error;
  }
}

function built(rows: SearchRows, folder: string, zone: string, onIndexed: OnIndexed): boolean {
  try {
    indexLog(rows, folder, zone, onIndexed);
    return true;
  } catch (error) {
    if (error instanceof FaultsError) return false;
    throw error;
  }
}
