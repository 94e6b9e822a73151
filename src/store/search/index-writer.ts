import { type Database, type Statement } from 'better-sqlite3';
import { type Leaf } from '../../audit/leaf.ts';
import { SEARCHED_VALUES, type SearchRow } from '../../audit/search-index.ts';
import { type IndexState, TAG_BYTES, VERSION } from './index-file.ts';

/** A record on its way into the index. */
export interface ReadRow {
  readonly row: SearchRow;
  /** Undefined where its bytes are no leaf; such a record is found by nothing. */
  readonly leaf: Leaf | undefined;
}

/** In the key of a facet; no catalogue value and no kid holds them. */
const ABSENT = '\u0000';
const BETWEEN = '\u0001';

/** A facet that was met: its number, and the newest record that has it. */
interface Facet {
  readonly id: number;
  last: number;
}

/** Puts records into one index file, inside transactions that the caller holds. MUST NOT be used after one was rolled back. */
export class IndexWriter {
  readonly #facets = new Map<string, Facet>();
  readonly #findFacet: Statement<[string], number>;
  readonly #addFacet: Statement<(string | number | null)[]>;
  readonly #moveFacet: Statement<[number, number]>;
  readonly #addEntry: Statement<[number, number]>;
  readonly #addTag: Statement<[string, number, number]>;
  readonly #setState: Statement<[string, number, number, Buffer, string]>;

  constructor(connection: Database) {
    const values = SEARCHED_VALUES.join(', ');
    const places = SEARCHED_VALUES.map(() => '?').join(', ');
    this.#findFacet = connection.prepare<[string], number>('SELECT id FROM facet WHERE key = ?').pluck();
    this.#addFacet = connection.prepare(
      `INSERT INTO facet (key, kid, first, last, ${values}) VALUES (?, ?, ?, ?, ${places})`,
    );
    this.#moveFacet = connection.prepare('UPDATE facet SET last = ? WHERE id = ?');
    this.#addEntry = connection.prepare('INSERT OR IGNORE INTO entry (facet, idx) VALUES (?, ?)');
    this.#addTag = connection.prepare('INSERT OR IGNORE INTO tag (tag, facet, idx) VALUES (unhex(?), ?, ?)');
    this.#setState = connection.prepare(
      `INSERT INTO state (one, version, origin, first, next, hash, earlier) VALUES (1, ${String(VERSION)}, ?, ?, ?, ?, ?)
         ON CONFLICT (one) DO UPDATE SET next = excluded.next, hash = excluded.hash`,
    );
  }

  /** @param rows ascending, all of one month */
  add(rows: readonly ReadRow[]): void {
    const tags: [string, number, number][] = [];
    const touched = new Set<Facet>();
    for (const { row, leaf } of rows) {
      if (leaf === undefined) continue;
      const facet = this.#facetOf(row, leaf);
      facet.last = row.index;
      touched.add(facet);
      this.#addEntry.run(facet.id, row.index);
      for (const tag of row.tags) tags.push([tag.slice(0, 2 * TAG_BYTES), facet.id, row.index]);
    }
    // Neighbours in the table are written together.
    tags.sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [tag, facet, index] of tags) this.#addTag.run(tag, facet, index);
    for (const { id, last } of touched) this.#moveFacet.run(last, id);
  }

  setState({ origin, first, next, hash, earlier }: IndexState): void {
    this.#setState.run(origin, first, next, hash, JSON.stringify(earlier));
  }

  #facetOf(row: SearchRow, leaf: Leaf): Facet {
    const values = SEARCHED_VALUES.map((name) => textOrNull(leaf[name]));
    const key = [row.kid, ...values].map((value) => value ?? ABSENT).join(BETWEEN);
    let facet = this.#facets.get(key);
    if (facet === undefined) {
      const id =
        this.#findFacet.get(key) ??
        Number(this.#addFacet.run(key, row.kid, row.index, row.index, ...values).lastInsertRowid);
      facet = { id, last: row.index };
      this.#facets.set(key, facet);
    }
    return facet;
  }
}

/** A leaf that somebody changed may hold anything; what is no text equals nothing that is searched for. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
