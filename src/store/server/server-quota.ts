import { type Knex } from 'knex';
import { type CounterKey, type CounterMove, StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { insertRows } from './insert-rows.ts';
import { orBusy } from './server-errors.ts';

type CounterRow = CounterKey & { readonly used: number };

/** Three values each, and one for all: within what one statement of SQL Server takes. */
const MOVES_AT_ONCE = 500;

/** Counters of answered queries in a shared database. */
export class ServerQuota {
  readonly #database: Knex;
  /** Names of the counters that were found to have a row. */
  readonly #rows = new Set<string>();

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
    const found = new Map(rows.map((row) => [nameOf(row), row.used]));
    for (const name of found.keys()) this.#rows.add(name);
    return keys.map((key) => found.get(nameOf(key)) ?? 0);
  }

  /**
   * A new row for a counter without one, and one conditional update for all that go the same number of steps.
   * Rejects with StoreBusyError when a counter does not stand at `from`.
   */
  async move(moves: readonly CounterMove[]): Promise<void> {
    const isNew = (move: CounterMove): boolean => move.from === 0 && !this.#rows.has(nameOf(move));
    const rows = moves.filter(isNew).map(({ scope, day, to }) => ({ scope, day, used: to }));
    await orBusy(insertRows(this.#database, 'quota_counter', rows));
    for (const { scope, day } of rows) this.#rows.add(nameOf({ scope, day }));
    const others = moves.filter((move) => !rows.some((row) => nameOf(row) === nameOf(move)));
    for (const steps of new Set(others.map(({ from, to }) => to - from))) {
      const together = others.filter(({ from, to }) => to - from === steps);
      for (let first = 0; first < together.length; first += MOVES_AT_ONCE)
        await this.#step(together.slice(first, first + MOVES_AT_ONCE), steps);
    }
  }

  async onDay(day: string): Promise<readonly CounterRow[]> {
    return this.#database<CounterRow>('quota_counter').where({ day }).select('scope', 'day', 'used');
  }

  async #step(moves: readonly CounterMove[], steps: number): Promise<void> {
    const standing = moves.map(() => '(scope = ? AND day = ? AND used = ?)').join(' OR ');
    const moved = await this.#database('quota_counter')
      .whereRaw(
        standing,
        moves.flatMap(({ scope, day, from }) => [scope, day, from]),
      )
      .update({ used: this.#database.raw('used + ?', [steps]) });
    if (moved !== moves.length) throw new StoreBusyError('a counter was moved by somebody else');
  }
}

function nameOf({ scope, day }: CounterKey): string {
  return `${day} ${scope}`;
}
