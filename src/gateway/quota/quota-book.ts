import { type ZonedDay } from '../../shared/zoned-day.ts';
import { type QuotaScope } from './quota-scope.ts';

interface Count {
  used: number;
  reserved: number;
}

/**
 * What this process knows of today's counters: committed use plus what is reserved by exchanges under way.
 * It spares the source queries that could not be answered; the transaction that records an answer decides.
 */
export class QuotaBook {
  readonly #days = new Map<string, Map<string, Count>>();

  /**
   * Reserves one unit in every scope.
   * @returns a function that gives the reservation back (idempotent), or undefined when a scope is used up
   */
  reserve(scopes: readonly QuotaScope[], day: ZonedDay): (() => void) | undefined {
    const counts = scopes.map(({ scope }) => this.#count(day.date, scope));
    const full = counts.some((count, place) => count.used + count.reserved >= (scopes[place]?.limit ?? 0));
    if (full) return undefined;
    for (const count of counts) count.reserved += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const count of counts) count.reserved -= 1;
    };
  }

  /** Takes over a counter as it was committed. */
  note(day: string, scope: string, used: number): void {
    this.#count(day, scope).used = used;
  }

  /** Committed use, as far as this process knows. */
  used(scope: string, date: string): number {
    return this.#days.get(date)?.get(scope)?.used ?? 0;
  }

  #count(day: string, scope: string): Count {
    let counts = this.#days.get(day);
    if (counts === undefined) {
      counts = new Map();
      this.#days.set(day, counts);
      this.#forgetOldDays();
    }
    let count = counts.get(scope);
    if (count === undefined) {
      count = { used: 0, reserved: 0 };
      counts.set(scope, count);
    }
    return count;
  }

  /** Agreements may lie in different zones, so three dates can be current at once; older ones are dropped. */
  #forgetOldDays(): void {
    for (const day of [...this.#days.keys()].sort().slice(0, -3)) this.#days.delete(day);
  }
}
