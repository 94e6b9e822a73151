import { CsvRefused } from './csv-refused.ts';

/** A row by the names of its columns; only those that are asked for. */
export type CsvRow = Readonly<Record<string, string>>;

/** Columns that rows are found by, and columns that are read. */
export interface NeededColumns {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** The rows of a file, each found by the text in a key column without the blanks around it. */
export class CsvTable {
  readonly columns: readonly string[];
  readonly #indexes: ReadonlyMap<string, Map<string, CsvRow>>;
  readonly #places: ReadonlyMap<string, number>;
  readonly #values: readonly (readonly [name: string, place: number])[];
  #rows = 0;

  /** @throws CsvRefused for a header that names a column twice, or lacks one that is needed */
  constructor(header: readonly string[], needed: NeededColumns) {
    this.columns = header.map((name) => name.trim());
    this.#places = new Map(this.columns.map((name, place) => [name, place]));
    if (this.#places.size < this.columns.length) throw new CsvRefused('COLUMN_TWICE', 1);
    this.#indexes = new Map(needed.keys.map((key) => [key, new Map<string, CsvRow>()]));
    this.#values = needed.values.map((name) => [name, this.#placeOf(name)] as const);
    for (const key of needed.keys) this.#placeOf(key);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @throws CsvRefused for a row without a key, or with that of another one */
  add(cells: readonly string[], line: number): void {
    const row = Object.fromEntries(this.#values.map(([name, place]) => [name, cells[place] ?? '']));
    for (const [column, index] of this.#indexes) {
      const key = (cells[this.#placeOf(column)] ?? '').trim();
      if (key === '') throw new CsvRefused('KEY_EMPTY', line);
      if (index.has(key)) throw new CsvRefused('KEY_TWICE', line);
      index.set(key, row);
    }
    this.#rows += 1;
  }

  find(column: string, key: string): CsvRow | undefined {
    return this.#indexes.get(column)?.get(key);
  }

  #placeOf(name: string): number {
    const place = this.#places.get(name);
    if (place === undefined) throw new CsvRefused('COLUMN_MISSING', 1);
    return place;
  }
}
