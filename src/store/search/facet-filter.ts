import { type Database } from 'better-sqlite3';
import { type IndexQuery, SEARCHED_VALUES, type SearchedValues } from '../../audit/search-index.ts';

/** Number of a facet, and the range of records that have it. */
type FacetRow = readonly [id: number, first: number, last: number];

interface AllowedFacets {
  /** By number: 1 where the facet is allowed. */
  readonly members: Uint8Array;
  readonly first: number;
  readonly last: number;
}

/** Which facets of one index file the values of a query allow; read when it is first asked. */
export class FacetFilter {
  readonly #connection: Database;
  readonly #values: SearchedValues;
  #allowed: AllowedFacets | undefined;

  constructor(connection: Database, { values }: Pick<IndexQuery, 'values'>) {
    this.#connection = connection;
    this.#values = values;
  }

  /** The range of records that have an allowed facet; `first` is above `last` where there is none. */
  get range(): { readonly first: number; readonly last: number } {
    return (this.#allowed ??= this.#read());
  }

  has(id: number): boolean {
    this.#allowed ??= this.#read();
    return this.#allowed.members[id] === 1;
  }

  #read(): AllowedFacets {
    const given = SEARCHED_VALUES.filter((name) => this.#values[name] !== undefined);
    const condition = given.map((name) => `${name} = ?`).join(' AND ');
    const rows = this.#connection
      .prepare<unknown[], FacetRow>(`SELECT id, first, last FROM facet WHERE ${condition}`)
      .raw()
      .all(...given.map((name) => this.#values[name]));
    const members = new Uint8Array(rows.reduce((most, [id]) => Math.max(most, id), 0) + 1);
    for (const [id] of rows) members[id] = 1;
    const first = rows.reduce((lowest, [, one]) => Math.min(lowest, one), Infinity);
    const last = rows.reduce((highest, [, , one]) => Math.max(highest, one), -1);
    return { members, first, last };
  }
}
