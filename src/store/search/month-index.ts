import { type Database, type Statement } from 'better-sqlite3';
import { type IndexQuery, SEARCHED_VALUES } from '../../audit/search-index.ts';
import { BlockList, type StoredBlock } from './block-list.ts';
import { type Descending, fromTop, Intersection, Union } from './descending.ts';
import { FacetSet, offsetsOfFacets } from './facet-block.ts';
import { offsetsIn, ownPlace, sharedPlace, type TagPlace } from './tag-entries.ts';

interface KidRow {
  readonly id: number;
  readonly kid: string;
}

/** Facets that the values of a query allow, and the range of records that have them. */
interface AllowedFacets {
  readonly set: FacetSet;
  readonly first: number;
  readonly last: number;
}

/**
 * Finds records in one index file. The values of a query select facets; without tags the facets of all records in their range are
 * looked through, with tags the records that carry each tag. Both are read block by block, newest first, and only as far as the
 * caller goes.
 */
export class MonthIndex {
  readonly #connection: Database;
  readonly #blocks: Statement<[number, number], StoredBlock>;
  readonly #entries: Statement<[number, Buffer, number, number], StoredBlock>;

  /** @throws SqliteError where the file is no index */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#blocks = connection.prepare(
      'SELECT first, facets AS bytes FROM block WHERE first <= ? ORDER BY first DESC LIMIT ?',
    );
    this.#entries = connection.prepare(
      'SELECT first, entries AS bytes FROM tag WHERE kid = ? AND place = ? AND first <= ? ORDER BY first DESC LIMIT ?',
    );
  }

  /** Indexes of matching records, descending. */
  find(query: IndexQuery): Iterable<number> {
    const anyValue = SEARCHED_VALUES.every((name) => query.values[name] === undefined);
    if (anyValue) return fromTop(this.#tagged(query, undefined), query.from);
    const allowed = this.#allowed(query);
    if (allowed === undefined) return [];
    const { set, first, last } = allowed;
    const within = { ...query, from: Math.max(query.from, first), below: Math.min(query.below, last + 1) };
    const list = query.tags.length > 0 ? this.#tagged(within, set) : this.#untagged(within, set);
    return fromTop(list, within.from);
  }

  close(): void {
    this.#connection.close();
  }

  #untagged({ below }: IndexQuery, facets: FacetSet): Descending {
    return new BlockList(below - 1, {
      blocks: (at, count) => this.#blocks.all(at, count),
      offsets: (bytes) => offsetsOfFacets(bytes, facets),
    });
  }

  /** Records that carry every tag; equal values have other tags under another kid, so each kid has a list of its own. */
  #tagged({ tags: wanted, below }: IndexQuery, facets: FacetSet | undefined): Descending {
    const kids = this.#connection.prepare<[], KidRow>('SELECT id, kid FROM kid').all();
    const lists = kids.flatMap(({ id, kid }) => {
      const tags = wanted.map((tagByKid) => tagByKid.get(kid)).filter((tag) => tag !== undefined);
      if (tags.length < wanted.length) return [];
      return [new Intersection(tags.map((tag) => this.#listOf(id, tag, below, facets)))];
    });
    return new Union(lists);
  }

  #listOf(kid: number, tag: Buffer, below: number, facets: FacetSet | undefined): Descending {
    const rowsAt = ({ place, rest }: TagPlace): Descending =>
      new BlockList(below - 1, {
        blocks: (at, count) => this.#entries.all(kid, place, at, count),
        offsets: (bytes) => offsetsIn(bytes, rest, facets),
      });
    return new Union([rowsAt(ownPlace(tag)), rowsAt(sharedPlace(tag))]);
  }

  /** Undefined where no facet has the values within the range. */
  #allowed({ values, from, below }: IndexQuery): AllowedFacets | undefined {
    const given = SEARCHED_VALUES.filter((name) => values[name] !== undefined);
    const conditions = ['first < ?', 'last >= ?', ...given.map((name) => `${name} = ?`)].join(' AND ');
    const rows = this.#connection
      .prepare<unknown[], { readonly id: number; readonly first: number; readonly last: number }>(
        `SELECT id, first, last FROM facet WHERE ${conditions} ORDER BY id`,
      )
      .all(below, from, ...given.map((name) => values[name]));
    if (rows.length === 0) return undefined;
    const first = rows.reduce((lowest, row) => Math.min(lowest, row.first), Infinity);
    const last = rows.reduce((highest, row) => Math.max(highest, row.last), -1);
    return { set: new FacetSet(rows.map(({ id }) => id)), first, last };
  }
}
