import { type Leaf } from './leaf.ts';
import {
  SEARCHED_VALUES,
  type SearchedLog,
  type SearchedValues,
  type SearchPlace,
  type SearchRow,
  type SearchRows,
  type TagByKid,
} from './search-index.ts';
import { firstFrom } from './search-time.ts';
import { tryDecodeLeaf } from './try-decode-leaf.ts';

/** What is searched for; every part of it must hold for a record. */
export interface SearchQuery {
  readonly values: SearchedValues;
  /** One map for each value that is found by its keyed tag: a person, an official, a case reference. */
  readonly tags: readonly TagByKid[];
  /** Epoch milliseconds, inclusive. */
  readonly from?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly to?: number | undefined;
  /** The last record of the page before; its log is among those searched. */
  readonly after?: SearchPlace | undefined;
  readonly limit: number;
}

/** A record that was found. */
export interface FoundRecord extends SearchPlace {
  readonly leaf: Leaf;
}

/** One page of results, newest first. */
export interface SearchPage {
  readonly found: readonly FoundRecord[];
  /** After which record the next page begins; undefined where this page is the last. */
  readonly next: SearchPlace | undefined;
  /** How many records no index held yet, and were read from the log one by one. */
  readonly scanned: number;
  /** How many records in the way could not be read as leaves; verifying the log tells what happened to them. */
  readonly unreadable: number;
}

const SCANNED_AT_ONCE = 1000;

/**
 * Searches logs, newest record first. The newest records, which the index of a log may not hold yet, are read from the log
 * itself, so that a committed record is never missed. Memory is bounded by the page.
 * @param logs newest first; opened and closed by whoever gives them, one after the other
 */
export function searchLogs(logs: Iterable<SearchedLog>, query: SearchQuery): SearchPage {
  const search = new Search(query);
  let begun = query.after === undefined;
  for (const log of logs) {
    const continues = !begun && log.rows.origin === query.after?.origin;
    begun ||= continues;
    if (begun) search.log(log, continues ? query.after.index : Infinity);
    if (search.isFull()) break;
  }
  return search.page();
}

class Search {
  readonly #query: SearchQuery;
  /** The tags of the query, by kid, as rows have them. */
  readonly #tags: readonly ReadonlyMap<string, string>[];
  /** One more than the page holds tells that there is a next one. */
  readonly #most: number;
  readonly #found: FoundRecord[] = [];
  #scanned = 0;
  #unreadable = 0;

  constructor(query: SearchQuery) {
    this.#query = query;
    this.#tags = query.tags.map(
      (tags) => new Map([...tags].map(([kid, tag]) => [kid, tag.toString('hex').toUpperCase()])),
    );
    this.#most = query.limit + 1;
  }

  isFull(): boolean {
    return this.#found.length >= this.#most;
  }

  log({ rows, index }: SearchedLog, below: number): void {
    const { values, tags, from, to } = this.#query;
    const size = Math.min(rows.size(), below);
    const end = to === undefined ? size : Math.min(size, firstFrom(rows, size, to));
    const start = from === undefined ? 0 : firstFrom(rows, end, from);
    this.#scan(rows, Math.max(start, index.size), end);
    if (this.isFull()) return;
    for (const at of index.find({ values, tags, from: start, below: Math.min(end, index.size) })) {
      const [row] = rows.rows(at, 1);
      // The index only proposes; the record decides.
      const leaf = row?.index === at ? this.#candidate(row) : this.#read(undefined);
      if (leaf === undefined) continue;
      this.#found.push({ origin: rows.origin, index: at, leaf });
      if (this.isFull()) return;
    }
  }

  page(): SearchPage {
    const found = this.#found.slice(0, this.#query.limit);
    const last = found.at(-1);
    const next = this.isFull() && last !== undefined ? { origin: last.origin, index: last.index } : undefined;
    return { found, next, scanned: this.#scanned, unreadable: this.#unreadable };
  }

  /** Rows come in ascending order and results go in descending order: the last ones that fit are kept. */
  #scan(rows: SearchRows, start: number, end: number): void {
    const room = this.#most - this.#found.length;
    let kept: FoundRecord[] = [];
    for (let from = start; from < end;) {
      const piece = rows.rows(from, Math.min(SCANNED_AT_ONCE, end - from)).filter((row) => row.index < end);
      for (const row of piece) {
        const leaf = this.#candidate(row);
        if (leaf !== undefined) kept.push({ origin: rows.origin, index: row.index, leaf });
      }
      kept = kept.slice(-room);
      this.#scanned += piece.length;
      from = (piece.at(-1)?.index ?? end) + 1;
    }
    this.#found.push(...kept.reverse());
  }

  #candidate({ kid, tags, text }: SearchRow): Leaf | undefined {
    const carries = (wanted: ReadonlyMap<string, string>): boolean => {
      const tag = kid === null ? undefined : wanted.get(kid);
      return tag !== undefined && tags.includes(tag);
    };
    if (!this.#tags.every(carries)) return undefined;
    const leaf = this.#read(text);
    return leaf !== undefined && this.#fits(leaf) ? leaf : undefined;
  }

  #read(text: string | undefined): Leaf | undefined {
    const leaf = text === undefined ? undefined : tryDecodeLeaf(text);
    // Counted, since an unreadable record must not hide the others.
    if (leaf === undefined) this.#unreadable += 1;
    return leaf;
  }

  #fits(leaf: Leaf): boolean {
    const { values, from = -Infinity, to = Infinity } = this.#query;
    if (SEARCHED_VALUES.some((key) => values[key] !== undefined && values[key] !== leaf[key])) return false;
    const time = Date.parse(leaf.time);
    return time >= from && time < to;
  }
}
