import { type Database, type Statement } from 'better-sqlite3';
import { type IndexQuery, SEARCHED_VALUES, type TagByKid } from '../../audit/search-index.ts';
import { type Descending, fromTop, Intersection, Union } from './descending.ts';
import { type IndexState, TAG_BYTES } from './index-file.ts';
import { Postings } from './postings.ts';

interface FacetRow {
  readonly id: number;
  readonly kid: string | null;
  readonly last: number;
}

const CONDITIONS = SEARCHED_VALUES.map((name) => `(@${name} IS NULL OR ${name} = @${name})`).join(' AND ');

/**
 * Finds records in one index file. The values of a query select facets, of which there are few; each facet is one sorted
 * list, alone or within a tag. So no combination of values and tags reads more than it returns, but for lists that have to be
 * compared with each other, of which the longer ones are passed over in leaps.
 */
export class MonthIndex {
  readonly state: IndexState;
  readonly #connection: Database;
  readonly #facets: Statement<[Record<string, unknown>], FacetRow>;
  readonly #entries: Statement<[number, number, number], number>;
  readonly #facetsOfTag: Statement<[{ tag: Buffer }], number>;
  readonly #tagged: Statement<[Buffer, number, number, number], number>;

  constructor(connection: Database, state: IndexState) {
    this.state = state;
    this.#connection = connection;
    this.#facets = connection.prepare(
      `SELECT id, kid, last FROM facet WHERE first < @below AND last >= @from AND ${CONDITIONS}`,
    );
    this.#entries = connection
      .prepare<
        [number, number, number],
        number
      >('SELECT idx FROM entry WHERE facet = ? AND idx <= ? ORDER BY idx DESC LIMIT ?')
      .pluck();
    // One seek for each facet that a tag has, however many records stand behind it.
    this.#facetsOfTag = connection
      .prepare<[{ tag: Buffer }], number>(
        `WITH RECURSIVE found (id) AS (
           SELECT MIN(facet) FROM tag WHERE tag = @tag
           UNION ALL
           SELECT (SELECT MIN(facet) FROM tag WHERE tag = @tag AND facet > found.id) FROM found WHERE found.id IS NOT NULL
         ) SELECT id FROM found WHERE id IS NOT NULL`,
      )
      .pluck();
    this.#tagged = connection
      .prepare<
        [Buffer, number, number, number],
        number
      >('SELECT idx FROM tag WHERE tag = ? AND facet = ? AND idx <= ? ORDER BY idx DESC LIMIT ?')
      .pluck();
  }

  /** Indexes of matching records, descending. */
  find(query: IndexQuery): Iterable<number> {
    const { values, tags, from, below } = query;
    const absent = Object.fromEntries(SEARCHED_VALUES.map((name) => [name, null]));
    const facets = this.#facets.all({ ...absent, ...definedOf(values), from, below });
    if (facets.length === 0) return [];
    const top = (facet: FacetRow): number => Math.min(facet.last, below - 1);
    const lists: Descending[] =
      tags.length === 0
        ? [new Union(facets.map((facet) => this.#entriesOf(facet.id, top(facet))))]
        : tags.map((wanted) => this.#taggedBy(wanted, facets, top));
    const [only] = lists;
    return fromTop(lists.length === 1 && only !== undefined ? only : new Intersection(lists), from);
  }

  close(): void {
    this.#connection.close();
  }

  #entriesOf(facet: number, top: number): Postings {
    return new Postings(top, (at, count) => this.#entries.all(facet, at, count));
  }

  #taggedBy(wanted: TagByKid, facets: readonly FacetRow[], top: (facet: FacetRow) => number): Union {
    const byId = new Map(facets.map((facet) => [facet.id, facet]));
    const lists: Postings[] = [];
    for (const kid of new Set(facets.map((facet) => facet.kid))) {
      const tag = kid === null ? undefined : wanted.get(kid)?.subarray(0, TAG_BYTES);
      if (tag === undefined) continue;
      for (const id of this.#facetsOfTag.all({ tag })) {
        const facet = byId.get(id);
        if (facet?.kid !== kid) continue;
        lists.push(new Postings(top(facet), (at, count) => this.#tagged.all(tag, id, at, count)));
      }
    }
    return new Union(lists);
  }
}

function definedOf(values: IndexQuery['values']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
