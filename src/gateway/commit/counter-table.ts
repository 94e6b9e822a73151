import { type QuotaScope } from '../quota/quota-scope.ts';
import { type CounterKey, type CounterMove, type EvidenceTransaction } from './evidence-store.ts';

interface Counter extends CounterKey {
  readonly from: number;
  to: number;
}

/** The counters of one transaction: read together, taken from in order, moved together. */
export class CounterTable {
  readonly #counters: readonly Counter[];
  readonly #byDay = new Map<string, Map<string, Counter>>();

  private constructor(counters: readonly Counter[]) {
    this.#counters = counters;
    for (const counter of counters) {
      const ofDay = this.#byDay.get(counter.day);
      if (ofDay === undefined) this.#byDay.set(counter.day, new Map([[counter.scope, counter]]));
      else ofDay.set(counter.scope, counter);
    }
  }

  static async read(transaction: EvidenceTransaction, keys: readonly CounterKey[]): Promise<CounterTable> {
    const distinct = distinctOf(keys);
    // One order for every transaction, so that engines with row locks cannot deadlock.
    distinct.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const values = distinct.length === 0 ? [] : await transaction.counters(distinct);
    const counters = distinct.map(({ scope, day }, place) => {
      const from = values[place] ?? 0;
      return { scope, day, from, to: from };
    });
    return new CounterTable(counters);
  }

  /** Takes one unit in every scope, or none in any. */
  take(scopes: readonly QuotaScope[], day: string): boolean {
    for (const { scope, limit } of scopes) if (this.#get(scope, day).to >= limit) return false;
    for (const { scope } of scopes) this.#get(scope, day).to += 1;
    return true;
  }

  used(scope: string, day: string): number {
    return this.#get(scope, day).to;
  }

  moves(): CounterMove[] {
    return this.#counters.filter((counter) => counter.to !== counter.from);
  }

  /** Every counter as it stands after the moves. */
  all(): readonly { readonly scope: string; readonly day: string; readonly to: number }[] {
    return this.#counters;
  }

  #get(scope: string, day: string): Counter {
    const counter = this.#byDay.get(day)?.get(scope);
    if (counter === undefined) throw new Error('a counter is used that was not read');
    return counter;
  }
}

/** Each key once. The texts of scopes are kept for each official, so a look by them is cheaper than one by a joined text. */
function distinctOf(keys: readonly CounterKey[]): CounterKey[] {
  const seen = new Map<string, Set<string>>();
  return keys.filter(({ scope, day }) => {
    let ofDay = seen.get(day);
    if (ofDay === undefined) seen.set(day, (ofDay = new Set()));
    if (ofDay.has(scope)) return false;
    ofDay.add(scope);
    return true;
  });
}

function nameOf({ scope, day }: CounterKey): string {
  return `${scope}|${day}`;
}
