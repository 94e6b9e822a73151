import { type SearchRows } from '../../audit/search-index.ts';
import { logsOf } from '../open-log.ts';
import { connectReadOnly } from '../read-only.ts';
import { type IndexRequest } from './index-message.ts';
import { LogIndexer } from './log-indexer.ts';
import { indexFolder } from './month-files.ts';
import { openSearchRows } from './search-rows.ts';

/**
 * So few new records are left to be read from the log by whoever searches: a transaction costs nearly as much for one record as
 * for a thousand.
 */
export const LEAST_AT_ONCE = 1000;

interface OpenLog {
  readonly rows: SearchRows;
  readonly indexer: LogIndexer;
  indexed: number;
}

/** Brings the indexes of all logs of a node up to date, step by step. */
export class NodeIndexer {
  readonly #request: IndexRequest;
  readonly #connection: ReturnType<typeof connectReadOnly>;
  readonly #logs = new Map<string, OpenLog>();

  /** @throws FaultsError when the database cannot be read */
  constructor(request: IndexRequest) {
    this.#request = request;
    this.#connection = connectReadOnly(request.databaseFile);
  }

  /**
   * Indexes some records of each log that has grown.
   * @returns whether more is left to do
   * @throws FaultsError when a log cannot be read or an index cannot be written
   */
  step(): boolean {
    let more = false;
    const logs = logsOf(this.#connection, this.#request.node);
    for (const { origin, size } of logs) {
      const log = this.#log(origin);
      const before = log.indexed;
      const grows = origin === logs.at(-1)?.origin;
      if (size - before < (grows ? LEAST_AT_ONCE : 1)) continue;
      log.indexed = log.indexer.step();
      more ||= log.indexed < size && log.indexed > before;
    }
    return more;
  }

  close(): void {
    for (const { rows, indexer } of this.#logs.values()) {
      indexer.close();
      rows.close();
    }
    this.#logs.clear();
    this.#connection.close();
  }

  #log(origin: string): OpenLog {
    let log = this.#logs.get(origin);
    if (log === undefined) {
      const { databaseFile, searchFolder, zone } = this.#request;
      const rows = openSearchRows(databaseFile, origin);
      log = { rows, indexer: new LogIndexer(rows, indexFolder(searchFolder, origin), zone), indexed: 0 };
      this.#logs.set(origin, log);
    }
    return log;
  }
}
