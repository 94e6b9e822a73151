import { type Database, type Statement } from 'better-sqlite3';
import { type IndexQuery, SEARCHED_VALUES } from '../../audit/search-index.ts';
import { BlockList, type StoredBlock } from './block-list.ts';
import { type Descending, fromTop, Intersection, Union } from './descending.ts';
import { hasFacet, offsetsOfFacets } from './facet-block.ts';
import { FacetFilter } from './facet-filter.ts';
import { offsetsIn, ownPlace, sharedPlace, type TagPlace } from './tag-entries.ts';

interface KidRow {
  readonly id: number;
  readonly kid: string;
}

/**
 * Finds records in one index file. The values of a query select facets; without tags the facets of all records in their range are
 * looked through, with tags the records that carry each tag. Both are read block by block, newest first, and only as far as the
 * caller goes.
 */
export class MonthIndex {
  readonly #connection: Database;
  readonly #blocks: Statement<[number, number], StoredBlock>;
  readonly #facets: Statement<[number], Buffer>;
  readonly #entries: Statement<[number, Buffer, number, number], StoredBlock>;

  /** @throws SqliteError where the file is no index */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#blocks = connection.prepare(
      'SELECT first, facets AS bytes FROM block WHERE first <= ? ORDER BY first DESC LIMIT ?',
    );
    this.#facets = connection.prepare<[number], Buffer>('SELECT facets FROM block WHERE first = ?').pluck();
    this.#entries = connection.prepare(
      'SELECT first, entries AS bytes FROM tag WHERE kid = ? AND place = ? AND first <= ? ORDER BY first DESC LIMIT ?',
    );
  }

  /** Indexes of matching records, descending. */
  find(query: IndexQuery): Iterable<number> {
    const noValues = SEARCHED_VALUES.every((name) => query.values[name] === undefined);
    const facets = noValues ? undefined : new FacetFilter(this.#connection, query);
    if (facets === undefined || query.tags.length > 0)
      return fromTop(this.#tagged(query, facets), query.from);
    const { first, last } = facets.range;
    const within = { ...query, below: Math.min(query.below, last + 1) };
    return fromTop(this.#untagged(within, facets), Math.max(query.from, first));
  }

  close(): void {
    this.#connection.close();
  }

  #untagged({ below }: IndexQuery, facets: FacetFilter): Descending {
    return new BlockList(below - 1, {
      blocks: (at, count) => this.#blocks.all(at, count),
      offsets: ({ bytes }) => offsetsOfFacets(bytes, facets),
    });
  }

  /** Records that carry every tag; equal values have other tags under another kid, so each kid has a list of its own. */
  #tagged({ tags: wanted, below }: IndexQuery, facets: FacetFilter | undefined): Descending {
    const kids = this.#connection.prepare<[], KidRow>('SELECT id, kid FROM kid').all();
    const lists = kids.flatMap(({ id, kid }) => {
      const tags = wanted.map((tagByKid) => tagByKid.get(kid)).filter((tag) => tag !== undefined);
      if (tags.length < wanted.length) return [];
      return [new Intersection(tags.map((tag) => this.#listOf(id, tag, below, facets)))];
    });
    return new Union(lists);
  }

  #listOf(kid: number, tag: Buffer, below: number, facets: FacetFilter | undefined): Descending {
    const rowsAt = ({ place, rest }: TagPlace): Descending =>
      new BlockList(below - 1, {
        blocks: (at, count) => this.#entries.all(kid, place, at, count),
        offsets: ({ first, bytes }) => this.#having(facets, first, offsetsIn(bytes, rest)),
      });
    return new Union([rowsAt(ownPlace(tag)), rowsAt(sharedPlace(tag))]);
  }

  /** Those of the records of a block that have one of the facets. */
  #having(facets: FacetFilter | undefined, first: number, offsets: number[]): number[] {
    if (facets === undefined || offsets.length === 0) return offsets;
    const bytes = this.#facets.get(first) ?? Buffer.alloc(0);
    return offsets.filter((offset) => hasFacet(bytes, offset, facets));
  }
}
