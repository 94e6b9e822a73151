import { type Knex } from 'knex';
import { type CounterKey, type CounterMove, StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { insertRows } from './insert-rows.ts';
import { orBusy } from './server-errors.ts';

type CounterRow = CounterKey & { readonly used: number };

/** Counters of answered queries in a shared database. */
export class ServerQuota {
  readonly #database: Knex;

  /** @param database a transaction where counters are moved */
  constructor(database: Knex) {
    this.#database = database;
  }

  /**
   * Current values in the order of the keys. The rows are locked, so that nodes wait for each other and do not try in vain;
   * that no counter is ever moved wrongly rests on `move` alone.
   */
  async used(keys: readonly CounterKey[]): Promise<number[]> {
    const days = [...new Set(keys.map(({ day }) => day))];
    const scopes = [...new Set(keys.map(({ scope }) => scope))];
    const rows: CounterRow[] = await this.#database<CounterRow>('quota_counter')
      .whereIn('day', days)
      .whereIn('scope', scopes)
      .orderBy(['scope', 'day'])
      .forUpdate();
    const found = new Map(rows.map(({ scope, day, used }) => [`${day} ${scope}`, used]));
    return keys.map(({ scope, day }) => found.get(`${day} ${scope}`) ?? 0);
  }

  /** One conditional update each, in one order for all nodes. Rejects with StoreBusyError when a counter does not stand at `from`. */
  async move(moves: readonly CounterMove[]): Promise<void> {
    const inOrder = [...moves].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    for (const { scope, day, from, to } of inOrder) {
      const moved = await this.#database('quota_counter')
        .where({ scope, day, used: from })
        .update({ used: to });
      if (moved === 1) continue;
      if (from !== 0) throw movedByOthers();
      await orBusy(insertRows(this.#database, 'quota_counter', [{ scope, day, used: to }]));
    }
  }

  async onDay(day: string): Promise<readonly CounterRow[]> {
    return this.#database<CounterRow>('quota_counter').where({ day }).select('scope', 'day', 'used');
  }
}

function nameOf({ scope, day }: CounterKey): string {
  return `${scope}|${day}`;
}

function movedByOthers(): StoreBusyError {
  return new StoreBusyError('a counter was moved by somebody else');
}
