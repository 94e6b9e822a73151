import { type Database, type Statement } from 'better-sqlite3';
import { type IndexQuery, SEARCHED_VALUES } from '../../audit/search-index.ts';
import { type Descending, fromTop, Intersection, Union } from './descending.ts';
import { TAG_BYTES } from './index-file.ts';
import { Postings } from './postings.ts';

interface FacetRow {
  readonly id: number;
  readonly last: number;
}

const OF_FACET = 'SELECT idx FROM entry WHERE facet = ? AND idx <= ? ORDER BY idx DESC LIMIT ?';
const OF_TAG = 'SELECT idx FROM tag WHERE tag = ? AND facet = ? AND idx <= ? ORDER BY idx DESC LIMIT ?';
/** One seek for each facet that a tag has, however many records stand behind it. */
const FACETS_OF_TAG = `
  WITH RECURSIVE found (id) AS (
    SELECT MIN(facet) FROM tag WHERE tag = @tag
    UNION ALL
    SELECT (SELECT MIN(facet) FROM tag WHERE tag = @tag AND facet > found.id) FROM found WHERE found.id IS NOT NULL
  ) SELECT id FROM found WHERE id IS NOT NULL LIMIT @most`;
/** One seek for each kid that the file knows, of which there are few. */
const KIDS = `
  WITH RECURSIVE known (kid) AS (
    SELECT MIN(kid) FROM facet
    UNION ALL
    SELECT (SELECT MIN(kid) FROM facet WHERE kid > known.kid) FROM known WHERE known.kid IS NOT NULL
  ) SELECT kid FROM known WHERE kid IS NOT NULL`;
/** Of two tags, the one with fewer facets leads; from so many on it does not matter which. */
const MANY_FACETS = 128;

/**
 * Finds records in one index file. The values of a query select facets; each facet is one sorted list, alone or within a tag.
 * So no combination of values and tags reads more than it returns, but for lists of two tags that have to be compared, of which
 * the longer ones are passed over in leaps.
 */
export class MonthIndex {
  readonly #connection: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(connection: Database) {
    this.#connection = connection;
  }

  /** Indexes of matching records, descending. */
  find(query: IndexQuery): Iterable<number> {
    const lists = query.tags.length === 0 ? this.#untagged(query) : this.#tagged(query);
    return fromTop(new Union(lists), query.from);
  }

  close(): void {
    this.#connection.close();
  }

  #untagged(query: IndexQuery): Descending[] {
    const { sql, parameters } = facetsWhere(query);
    const facets = this.#connection.prepare<unknown[], FacetRow>(sql).all(...parameters);
    const read = this.#connection.prepare<[number, number, number], number>(OF_FACET).pluck();
    return facets.map(({ id, last }) => new Postings(last, (at, count) => read.all(id, at, count)));
  }

  #tagged(query: IndexQuery): Descending[] {
    const facetsOfTag = this.#connection
      .prepare<[{ tag: Buffer; most: number }], number>(FACETS_OF_TAG)
      .pluck();
    return this.#tagsByKid(query).flatMap((tags) =>
      fewest(facetsOfTag, tags).flatMap((id) => this.#taggedOf(id, tags, query)),
    );
  }

  /** The list of one facet under one or more tags; none where the values do not allow the facet. */
  #taggedOf(id: number, tags: readonly Buffer[], query: IndexQuery): Descending[] {
    const { sql, parameters } = facetsWhere(query);
    const facet = this.#prepare<unknown[], FacetRow>(`${sql} AND id = ?`).get(...parameters, id);
    if (facet === undefined) return [];
    const read = this.#prepare<[Buffer, number, number, number], number>(OF_TAG).pluck();
    const parts = tags.map((tag) => new Postings(facet.last, (at, count) => read.all(tag, id, at, count)));
    return parts.length === 1 ? parts : [new Intersection(parts)];
  }

  /** The tags of all values under each kid that this file knows. Equal values have other tags under another kid. */
  #tagsByKid({ tags: wanted }: IndexQuery): Buffer[][] {
    const kids = this.#connection.prepare<[], string>(KIDS).pluck().all();
    return kids.flatMap((kid) => {
      const tags = wanted
        .map((tagByKid) => tagByKid.get(kid)?.subarray(0, TAG_BYTES))
        .filter((tag) => tag !== undefined);
      return tags.length === wanted.length ? [tags] : [];
    });
  }

  /** A statement that is needed again and again, prepared when it is first needed. */
  #prepare<Parameters extends unknown[], Row>(sql: string): Statement<Parameters, Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<Parameters, Row>;
  }
}

/** The facets that the values allow, with the highest index that each can have. */
function facetsWhere({ values, from, below }: IndexQuery): {
  readonly sql: string;
  readonly parameters: readonly unknown[];
} {
  const given = SEARCHED_VALUES.filter((name) => values[name] !== undefined);
  const conditions = ['first < ?', 'last >= ?', ...given.map((name) => `${name} = ?`)].join(' AND ');
  return {
    sql: `SELECT id, MIN(last, ?) AS last FROM facet WHERE ${conditions}`,
    parameters: [below - 1, below, from, ...given.map((name) => values[name])],
  };
}

/** The facets of that tag which has the fewest. */
function fewest(
  facetsOfTag: Statement<[{ tag: Buffer; most: number }], number>,
  tags: readonly Buffer[],
): readonly number[] {
  let facets: readonly number[] | undefined;
  for (const tag of tags) {
    const few = facetsOfTag.all({ tag, most: MANY_FACETS });
    if (few.length < (facets?.length ?? MANY_FACETS)) facets = few;
  }
  const [first] = tags;
  return facets ?? (first === undefined ? [] : facetsOfTag.all({ tag: first, most: -1 }));
}
