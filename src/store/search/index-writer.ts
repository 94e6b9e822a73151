import { type Database, type Statement } from 'better-sqlite3';
import { type SearchRow } from '../../audit/search-index.ts';
import { encodeFacets } from './facet-block.ts';
import { FacetBook } from './facet-book.ts';
import { type IndexState, VERSION } from './index-file.ts';
import { type IndexedLeaf } from './indexed-leaves.ts';
import { TagBook } from './tag-book.ts';

/** A record on its way into the index. */
export interface ReadRow {
  readonly row: SearchRow;
  /** Undefined where its bytes are no leaf; such a record is found by nothing. */
  readonly leaf: IndexedLeaf | undefined;
}

/** Puts records into one index file, inside transactions that the caller holds. MUST NOT be used after one was rolled back. */
export class IndexWriter {
  readonly #facets: FacetBook;
  readonly #tags: TagBook;
  readonly #addBlock: Statement<[number, Buffer]>;
  readonly #setState: Statement<[string, number, number, Buffer, string]>;

  constructor(connection: Database) {
    this.#facets = new FacetBook(connection);
    this.#tags = new TagBook(connection);
    this.#addBlock = connection.prepare('INSERT INTO block (first, facets) VALUES (?, ?)');
    this.#setState = connection.prepare(
      `INSERT INTO state (one, version, origin, first, next, hash, earlier) VALUES (1, ${String(VERSION)}, ?, ?, ?, ?, ?)
         ON CONFLICT (one) DO UPDATE SET next = excluded.next, hash = excluded.hash`,
    );
  }

  /**
   * Adds one block.
   * @param rows ascending, all of one month, over at most `BLOCK_LENGTH` indexes
   * @returns index of the last row; undefined where there is none
   */
  add(rows: Iterable<ReadRow>): number | undefined {
    let first: number | undefined;
    let last: number | undefined;
    const facets: number[] = [];
    for (const { row, leaf } of rows) {
      first ??= row.index;
      last = row.index;
      if (leaf === undefined) continue;
      const offset = row.index - first;
      facets[offset] = this.#facets.facetOf(row.index, leaf.values);
      if (row.kid !== null) this.#tags.add(row.kid, row.tags, offset);
    }
    if (first !== undefined) {
      this.#addBlock.run(first, encodeFacets(facets));
      this.#tags.save(first);
      this.#facets.save();
    }
    return last;
  }

  setState({ origin, first, next, hash, earlier }: IndexState): void {
    this.#setState.run(origin, first, next, hash, JSON.stringify(earlier));
  }
}
