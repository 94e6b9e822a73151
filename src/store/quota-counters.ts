import { type Database, type Statement } from 'better-sqlite3';
import { type CounterKey, type CounterMove, StoreBusyError } from '../gateway/commit/evidence-store.ts';

/** Answered queries by scope and day. */
export class QuotaCounters {
  readonly #used: Statement<[string, string], number>;
  readonly #move: Statement<[number, string, string, number]>;
  readonly #begin: Statement<[string, string, number, string, string]>;
  readonly #onDay: Statement<[string], CounterKey & { readonly used: number }>;

  constructor(connection: Database) {
    this.#used = connection
      .prepare<[string, string], number>('SELECT used FROM quota_counter WHERE scope = ? AND day = ?')
      .pluck();
    this.#move = connection.prepare(
      'UPDATE quota_counter SET used = ? WHERE scope = ? AND day = ? AND used = ?',
    );
    this.#begin = connection.prepare(
      `INSERT INTO quota_counter (scope, day, used) SELECT ?, ?, ?
       WHERE NOT EXISTS (SELECT 1 FROM quota_counter WHERE scope = ? AND day = ?)`,
    );
    this.#onDay = connection.prepare('SELECT scope, day, used FROM quota_counter WHERE day = ?');
  }

  used(keys: readonly CounterKey[]): number[] {
    return keys.map((key) => this.#used.get(key.scope, key.day) ?? 0);
  }

  /** @throws StoreBusyError when a counter does not stand at `from`; earlier moves of the call stay in the transaction */
  move(moves: readonly CounterMove[]): void {
    for (const { scope, day, from, to } of moves) {
      let { changes } = this.#move.run(to, scope, day, from);
      if (changes === 0 && from === 0) ({ changes } = this.#begin.run(scope, day, to, scope, day));
      if (changes === 0) throw new StoreBusyError('a counter was moved by somebody else');
    }
  }

  onDay(day: string): (CounterKey & { readonly used: number })[] {
    return this.#onDay.all(day);
  }
}
