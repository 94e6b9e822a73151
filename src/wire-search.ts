import { type SearchedLog } from './audit/search-index.ts';
import { type SearchOfLogs } from './gateway/administration.ts';
import { logNode, searchFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Logger } from './shared/logger.ts';
import { databaseFile } from './store/database-file.ts';
import { findLogs } from './store/find-log.ts';
import { IndexProcess } from './store/search/index-process.ts';
import { openSearchedLog, type SearchStorage } from './store/search/open-searched-log.ts';

/** Opens the logs of a node one after the other, newest first; each is closed before the next one. */
export function* searchedLogs(
  settings: Settings,
  databaseUrl: string,
  { only, onIndexed }: SearchOfLogs,
): Iterable<SearchedLog> {
  const storage = storageOf(settings, databaseUrl);
  const found = findLogs(databaseUrl, logNode(settings)).map(({ origin }) => origin);
  for (const origin of found.reverse()) {
    if (only !== undefined && origin !== only) continue;
    const log = openSearchedLog(storage, origin, onIndexed);
    try {
      yield log;
    } finally {
      log.index.close();
      log.rows.close();
    }
  }
}

/** Keeps the indexes of a node up to date while the gateway runs, in a process of its own. */
export function keepIndexed(settings: Settings, databaseUrl: string, logger: Logger): IndexProcess {
  return new IndexProcess({
    ...storageOf(settings, databaseUrl),
    node: logNode(settings),
    onFault: (cause) => {
      logger.warn('search.index-behind: the search index cannot be kept up to date; searches read the log', {
        cause,
      });
    },
  });
}

function storageOf(settings: Settings, databaseUrl: string): SearchStorage {
  return {
    databaseFile: databaseFile(databaseUrl),
    searchFolder: searchFolder(settings),
    zone: settings.timeZone,
  };
}
