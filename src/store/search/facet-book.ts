import { type Database, type Statement } from 'better-sqlite3';
import { SEARCHED_VALUES } from '../../audit/search-index.ts';
import { type IndexedValues } from './indexed-leaves.ts';

interface Facet {
  readonly id: number;
  /** The newest record that has it. */
  last: number;
}

/** Numbers the combinations of catalogue values in one index file, and keeps the range of records that have each. */
export class FacetBook {
  readonly #facets = new Map<string, Facet>();
  readonly #touched = new Set<Facet>();
  readonly #find: Statement<[string], number>;
  readonly #add: Statement<(string | number | null)[]>;
  readonly #move: Statement<[number, number]>;

  constructor(connection: Database) {
    const values = SEARCHED_VALUES.join(', ');
    const places = SEARCHED_VALUES.map(() => '?').join(', ');
    this.#find = connection.prepare<[string], number>('SELECT id FROM facet WHERE key = ?').pluck();
    this.#add = connection.prepare(
      `INSERT INTO facet (key, first, last, ${values}) VALUES (?, ?, ?, ${places})`,
    );
    this.#move = connection.prepare('UPDATE facet SET last = ? WHERE id = ?');
  }

  /** The facet of a record; records come in ascending order. */
  facetOf(index: number, values: IndexedValues): number {
    const facet = this.#facets.get(values.key) ?? this.#meet(values, index);
    facet.last = index;
    this.#touched.add(facet);
    return facet.id;
  }

  /** Writes down how far the facets reach now. */
  save(): void {
    for (const { id, last } of this.#touched) this.#move.run(last, id);
    this.#touched.clear();
  }

  #meet({ key, list }: IndexedValues, index: number): Facet {
    const id = this.#find.get(key) ?? Number(this.#add.run(key, index, index, ...list).lastInsertRowid);
    const facet = { id, last: index };
    this.#facets.set(key, facet);
    return facet;
  }
}
