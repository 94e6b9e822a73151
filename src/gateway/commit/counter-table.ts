import { type QuotaScope } from '../quota/quota-scope.ts';
import { type CounterKey, type CounterMove, type EvidenceTransaction } from './evidence-store.ts';

interface Counter extends CounterKey {
  readonly from: number;
  to: number;
}

/** The counters of one transaction: read together, taken from in order, moved together. */
export class CounterTable {
  readonly #counters: ReadonlyMap<string, Counter>;

  private constructor(counters: ReadonlyMap<string, Counter>) {
    this.#counters = counters;
  }

  static async read(transaction: EvidenceTransaction, keys: readonly CounterKey[]): Promise<CounterTable> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key.scope, key.day), key])).values()];
    // One order for every transaction, so that engines with row locks cannot deadlock.
    distinct.sort((a, b) => (nameOf(a.scope, a.day) < nameOf(b.scope, b.day) ? -1 : 1));
    const values = distinct.length === 0 ? [] : await transaction.counters(distinct);
    const counters = distinct.map(({ scope, day }, place): [string, Counter] => {
      const from = values[place] ?? 0;
      return [nameOf(scope, day), { scope, day, from, to: from }];
    });
    return new CounterTable(new Map(counters));
  }

  /** Takes one unit in every scope, or none in any. */
  take(scopes: readonly QuotaScope[], day: string): boolean {
    const counters = scopes.map(({ scope }) => this.#get(scope, day));
    const fits = counters.every((counter, place) => counter.to < (scopes[place]?.limit ?? 0));
    if (fits) for (const counter of counters) counter.to += 1;
    return fits;
  }

  used(scope: string, day: string): number {
    return this.#get(scope, day).to;
  }

  moves(): CounterMove[] {
    return [...this.#counters.values()].filter((counter) => counter.to !== counter.from);
  }

  /** Every counter as it stands after the moves. */
  all(): readonly { readonly scope: string; readonly day: string; readonly to: number }[] {
    return [...this.#counters.values()];
  }

  #get(scope: string, day: string): Counter {
    const counter = this.#counters.get(nameOf(scope, day));
    if (counter === undefined) throw new Error('a counter is used that was not read');
    return counter;
  }
}

function nameOf(scope: string, day: string): string {
  return `${scope}|${day}`;
}
